"""Holds the DICOM SEG files of SegSamples to highdicom: voxels, place, names, colours, source images.

Usage: check_seg.py FOLDER
Each NAME.dcm is compared with NAME.nii (read by nibabel) and with the series in the folder NAME, if there is one.
"""

import sys
from pathlib import Path

import highdicom as hd
import nibabel
import numpy as np
import pydicom

TO_LPS = np.diag([-1, -1, 1, 1])
# What Phantoms and SegSamples gave the classes: value and colour of each segment.
VALUES = {3: [1, 7, 255], 5: [1, 2, 3, 4, 5]}
COLOURS = {3: [0xFF0000, 0x00FF00, 0x0000FF], 5: [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2]}


def label_volume(seg):
    """Label values by x, y, z, and the affine of voxel indices in LPS, made of the frames one by one."""
    frames = seg.pixel_array.reshape(int(seg.NumberOfFrames), seg.Rows, seg.Columns)
    values = VALUES[len(seg.SegmentSequence)]
    slices = {}
    for pixels, item in zip(frames, seg.PerFrameFunctionalGroupsSequence):
        position = tuple(float(v) for v in item.PlanePositionSequence[0].ImagePositionPatient)
        labels = slices.setdefault(position, np.zeros(pixels.shape, int))
        number = item.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        assert not labels[pixels > 0].any(), "segments overlap"
        labels[pixels > 0] = values[number - 1]
    return slices


def check_frames(seg, reference, affine):
    """Every frame lies on a slice of the reference and equals it; slices without a frame hold no label."""
    seen = np.zeros(reference.shape[2], bool)
    step = affine[:3, 2]
    for position, labels in label_volume(seg).items():
        k = (np.array(position) - affine[:3, 3]) @ step / (step @ step)
        z = int(round(k))
        assert np.allclose(affine[:3, 3] + z * step, position, atol=1e-4), (position, k)
        assert np.array_equal(labels.T, reference[:, :, z]), f"slice {z}"
        seen[z] = True
    assert seen[0] and seen[-1]
    assert not reference[:, :, ~seen].any()


def check_volume(seg, reference, affine):
    """highdicom's own volume has the same grid and the same voxels, perhaps with another order of slices."""
    volume = seg.get_volume(combine_segments=True)
    values = np.array([0, *VALUES[len(seg.SegmentSequence)]])
    assert sorted(volume.spatial_shape) == sorted(reference.shape), volume.spatial_shape
    array = values[volume.array]
    found = 0
    to_index = np.linalg.inv(affine)
    for index in np.argwhere(array):
        world = volume.affine @ [*index, 1]
        x, y, z = np.rint((to_index @ world)[:3]).astype(int)
        assert np.allclose(affine @ [x, y, z, 1], world, atol=1e-4)
        assert reference[x, y, z] == array[tuple(index)]
        found += 1
    assert found == np.count_nonzero(reference)
    return volume


def check_source(seg, folder, affine):
    """Every frame names the image that lies where the frame lies."""
    images = {d.SOPInstanceUID: d for d in map(pydicom.dcmread, folder.glob("*.dcm"))}
    first = next(iter(images.values()))
    for tag in ("StudyInstanceUID", "FrameOfReferenceUID", "PatientID", "PatientName", "StudyDate", "AccessionNumber"):
        assert seg[tag].value == first[tag].value, tag
    referenced = {i.ReferencedSOPInstanceUID
                  for i in seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence}
    assert referenced == set(images)
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == first.SeriesInstanceUID != seg.SeriesInstanceUID
    for item in seg.PerFrameFunctionalGroupsSequence:
        source = item.DerivationImageSequence[0].SourceImageSequence[0]
        image = images[source.ReferencedSOPInstanceUID]
        assert source.ReferencedSOPClassUID == image.SOPClassUID
        assert np.allclose(image.ImagePositionPatient, item.PlanePositionSequence[0].ImagePositionPatient, atol=1e-6)


def check(path):
    seg = hd.seg.segread(path)
    reference = nibabel.load(path.with_suffix(".nii"))
    labels = np.asarray(reference.dataobj)
    affine = TO_LPS @ reference.affine
    for number, colour in enumerate(COLOURS[len(seg.SegmentSequence)], 1):
        lab = hd.color.CIELabColor.from_dicom_value(
            seg.get_segment_description(number).RecommendedDisplayCIELabValue)
        rgb = [colour >> 16, colour >> 8 & 255, colour & 255]
        assert np.abs(np.array(lab.to_rgb(clip=True)) - rgb).max() <= 2, (number, lab.to_rgb(clip=True), rgb)
    if "FrameOfReferenceUID" not in seg or "PlaneOrientationSequence" not in seg.SharedFunctionalGroupsSequence[0]:
        return "not placed"
    check_frames(seg, labels, affine)
    said = f"{seg.NumberOfFrames} frames"
    if path.stem == "tilted":
        # highdicom takes no sheared grid for a volume.
        said += ", no volume"
    else:
        volume = check_volume(seg, labels, affine)
        said += ", volume " + "×".join(map(str, volume.spatial_shape))
    if path.with_suffix("").is_dir():
        check_source(seg, path.with_suffix(""), affine)
        said += ", sources"
    return said


def main():
    paths = sorted(Path(sys.argv[1]).glob("*.dcm"))
    assert paths, "no files"
    for path in paths:
        print(f"{path.name}: equal in highdicom {hd.__version__} ({check(path)})")


main()
