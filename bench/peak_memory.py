"""Peak memory of `septum segment` on volumes of two depths, with a 2D network of 20 classes.

Usage: peak_memory.py --model MODEL [--edge 512] [--depths 200 800] [--memory 1500m] [--command CMD]

Makes noise volumes EDGE x EDGE x DEPTH (.nii.gz), lets `septum` segment each without overlap of tiles, and prints the
largest resident memory of each run, and how much more the deeper volume takes. Exits with 1 if a run takes more than
the limit or the deeper one 15 % more than the other. Standard library only.
"""
import argparse
import gzip
import os
import random
import shlex
import struct
import subprocess
import sys
import tempfile
import time


def write_volume(path, edge, depth):
    """A NIfTI of 16-bit noise: slices drawn from a strip of random numbers, so that it is made quickly."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, edge, edge, depth, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, 0.7, 0.7, 1.0, 0, 0, 0, 0)
    struct.pack_into("<ff", header, 108, 352, 1)
    struct.pack_into("<h", header, 254, 1)
    for row in range(3):
        struct.pack_into("<4f", header, 280 + 16 * row, *[(0.7, 0.7, 1.0)[row] * (row == c) for c in range(4)])
    header[344:348] = b"n+1\0"
    plane = edge * edge
    strip = random.Random(1)
    noise = struct.pack("<%dh" % (2 * plane), *[strip.randint(-1000, 1500) for _ in range(2 * plane)])
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(bytes(header))
        for _ in range(depth):
            at = 2 * strip.randrange(plane)
            out.write(noise[at:at + 2 * plane])


def peak(command):
    """Runs a program; the largest resident memory of it in MB, and the seconds it took."""
    start = time.time()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("failed: " + " ".join(command))
    return usage.ru_maxrss / 1024, time.time() - start


def megabytes(size):
    return int(size[:-1]) * (1024 if size[-1] in "gG" else 1)


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser()
    parser.add_argument("--edge", type=int, default=512)
    parser.add_argument("--depths", type=int, nargs=2, default=[200, 800])
    parser.add_argument("--memory", default="1500m")
    parser.add_argument("--model", required=True, help="a bundle with a 2D network of one channel")
    parser.add_argument("--command", default=os.path.join(here, "septum"))
    options = parser.parse_args()
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for depth in options.depths:
            scan = os.path.join(folder, "scan%d.nii.gz" % depth)
            write_volume(scan, options.edge, depth)
            mb, seconds = peak(shlex.split(options.command) + [
                "segment", scan, "-m", options.model, "-o", os.path.join(folder, "out"), "--device", "cpu",
                "--overlap", "0", "--memory", options.memory, "--quiet"])
            peaks.append(mb)
            print("%d x %d x %d: peak %.0f MB, %.0f s" % (options.edge, options.edge, depth, mb, seconds), flush=True)
    growth = peaks[1] / peaks[0] - 1
    print("growth %.1f %%, limit %d MB" % (100 * growth, megabytes(options.memory)))
    if max(peaks) > megabytes(options.memory) or growth > 0.15:
        sys.exit(1)


if __name__ == "__main__":
    main()
