#!/usr/bin/env python3
"""Times Septum against pydicom and nibabel on a CT phantom of 512 x 512 x 300 voxels of 16 bits, in one run.

Needs numpy, pydicom and nibabel, and the classes of Septum:

    mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
    python3 bench/read_speed.py

Each side reads every file three times, and the fastest counts; both have the files in the page cache. Septum runs with
a heap of 1.5 times the pixels as it hands them on, which are floats. It also sums every pixel, as it reads lazily.
Prints the ratios, and exits 1 if one is above its bound (DICOM 1.5, NIfTI 2).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nibabel
import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SHAPE = (512, 512, 300)
RUNS = 3


def phantom():
    """Noise about an ellipsoid of tissue in air, in HU."""
    noise = np.random.default_rng(1)
    x, y = np.meshgrid(np.linspace(-1, 1, SHAPE[0]), np.linspace(-1, 1, SHAPE[1]))
    for z in np.linspace(-1, 1, SHAPE[2]):
        tissue = (x / 0.8) ** 2 + (y / 0.6) ** 2 + (z / 0.9) ** 2 < 1
        yield np.where(tissue, noise.normal(40, 12, x.shape), -1000).astype(np.int16)


def write(folder):
    """A series folder and a .nii.gz of the same voxels."""
    series = folder / "series"
    series.mkdir()
    uid = generate_uid()
    slices = []
    for k, plane in enumerate(phantom()):
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.MediaStorageSOPClassUID = CTImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        ds.Modality, ds.SeriesInstanceUID, ds.InstanceNumber = "CT", uid, k + 1
        ds.ImagePositionPatient, ds.ImageOrientationPatient = [-180, -180, 1.25 * k], [1, 0, 0, 0, 1, 0]
        ds.PixelSpacing, ds.SliceThickness = [0.7, 0.7], 1.25
        ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = 512, 512, 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
        ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
        ds.PixelData = (plane + 1024).astype("<i2").tobytes()
        ds.save_as(series / f"{(k * 7919) % 300:04d}", enforce_file_format=True)
        slices.append(plane.T)
    nibabel.save(nibabel.Nifti1Image(np.stack(slices, -1), np.diag([-0.7, -0.7, 1.25, 1])), folder / "ct.nii.gz")


def read_dicom(folder):
    files = [pydicom.dcmread(f) for f in folder.iterdir()]
    files.sort(key=lambda f: f.ImagePositionPatient[2])
    return np.stack([f.pixel_array for f in files])


def read_nifti(file):
    return np.asanyarray(nibabel.load(file).dataobj)


def fastest(read, path):
    best, mean = float("inf"), 0
    for _ in range(RUNS):
        start = time.perf_counter()
        voxels = read(path)
        best = min(best, time.perf_counter() - start)
        mean = float(voxels.mean(dtype=np.float64))
    return best, mean


def septum(path, classpath):
    heap = int(np.prod(SHAPE)) * 4 * 3 // 2 >> 20
    command = ["java", f"-Xmx{heap}m", "-cp", classpath, "org.septum.io.ReadSpeed", str(path), str(RUNS)]
    lines = [line for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
             if line.startswith("septum ")]
    print("\n".join(f"  {line}" for line in lines))
    words = [line.split() for line in lines]
    return min(float(w[1]) for w in words), float(words[0][1]), float(words[0][-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classpath", help="class path of Septum with its tests; by default that of target/")
    args = parser.parse_args()
    classpath = args.classpath or os.pathsep.join(
        ["target/test-classes", "target/classes", Path("target/classpath.txt").read_text().strip()])
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        for path, read, other, bound, shift in ((folder / "series", read_dicom, "pydicom", 1.5, -1024),
                                                (folder / "ct.nii.gz", read_nifti, "nibabel", 2, 0)):
            theirs, mean = fastest(read, path)
            print(f"{path.name}: {other} {theirs:.3f} s")
            ours, first, our_mean = septum(path, classpath)
            if abs(our_mean - mean - shift) > 1e-2:
                sys.exit(f"means differ: {our_mean} and {mean + shift}")
            print(f"  ratio {ours / theirs:.2f} (first run in a new JVM {first / theirs:.2f}), bound {bound}")
            failed |= ours > bound * theirs
    sys.exit(failed)


if __name__ == "__main__":
    main()
