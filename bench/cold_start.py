"""Time from the command line to the mask on disk for one picture of 256 x 256 pixels.

Usage: cold_start.py --model MODEL [--runs 5] [--command CMD]

MODEL is a bundle with a 2D network of one channel. Prints every run and the median. Standard library only.
"""
import argparse
import os
import random
import shlex
import statistics
import struct
import subprocess
import tempfile
import time
import zlib


def write_png(path, edge):
    """A grey picture of noise."""
    rows = b"".join(b"\0" + random.Random(y).randbytes(edge) for y in range(edge))
    chunks = [(b"IHDR", struct.pack(">2I5B", edge, edge, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        for name, data in chunks:
            out.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--command", default=os.path.join(here, "septum"))
    options = parser.parse_args()
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, "picture.png")
        write_png(picture, 256)
        for run in range(options.runs):
            output = os.path.join(folder, "out%d" % run)
            start = time.time()
            subprocess.run(shlex.split(options.command) + ["segment", picture, "-m", options.model, "-o", output,
                           "--device", "cpu", "--quiet"], check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.time() - start)
            assert os.path.exists(os.path.join(output, "picture.nii.gz"))
            print("%.2f s" % seconds[-1], flush=True)
    print("median %.2f s of %d runs" % (statistics.median(seconds), len(seconds)))


if __name__ == "__main__":
    main()
