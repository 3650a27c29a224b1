#!/usr/bin/env python3
"""Times Septum's pass over a volume against ONNX Runtime in Python and PyTorch + MONAI on the same ONNX file.

Needs torch, onnxruntime, monai, onnx2torch and numpy, ../shared/peers/infer.py, and the classes of Septum:

    mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
    python3 bench/infer_speed.py

Septum writes a plain U-Net with random weights (2D: tiles of 256 x 256, five levels; 3D: 64 x 64 x 48, four levels;
16 channels at the first) and goes over a volume of noise, tiles overlapping by half, Gaussian weights; so do the peers.
Threads are equal, sides take turns, and the fastest round of each counts. Septum's time holds reading the pixels and the
mask. Prints the ratios, and exits 1 if one is above its bound (0.9 against ONNX Runtime, 0.45 against PyTorch + MONAI).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOUNDS = {"ort": 0.9, "torch": 0.45}
NAMES = {"ort": "ONNX Runtime in Python", "torch": "PyTorch + MONAI"}
TILES = {2: [256, 256], 3: [48, 64, 64]}
SHAPES = {2: [512, 512, 64], 3: [192, 192, 192]}


def septum(*arguments):
    classpath = os.pathsep.join(["target/test-classes", "target/classes", (ROOT / "target/classpath.txt").read_text()])
    command = ["java", "-XX:+UseParallelGC", "-cp", classpath, "org.septum.infer.InferSpeed", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def peers(script, model, dims, shape, threads):
    command = [sys.executable, script, model, "--peers", "ort,torch", "--threads", threads,
               "--patch", *TILES[dims], "--shape", *shape]
    out = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True).stdout
    return {line.split()[0]: float(line.split()[1]) for line in out.splitlines() if line.split()[0] in BOUNDS}


def compare(dims, shape, options):
    """Prints the seconds of every side and whether all bounds are kept."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "network.onnx"
        septum("export", dims, model)
        ours, theirs = [], {name: [] for name in BOUNDS}
        for _ in range(options.rounds):
            # the first of two passes warms up, as the peers' script does
            seconds = septum("run", dims, model, *shape, options.threads, options.batch, 2).split()
            ours.append(float(seconds[-1]))
            for name, s in peers(options.peers, model, dims, shape, options.threads).items():
                theirs[name].append(s)
    print(f"{dims}D, tiles of {' x '.join(map(str, TILES[dims][::-1]))}, volume of {' x '.join(map(str, shape))}, "
          f"{options.threads} threads")
    print(f"  {'Septum':24s} {min(ours):8.2f} s   of {ours}")
    kept = True
    for name, bound in BOUNDS.items():
        ratio = min(ours) / min(theirs[name])
        kept &= ratio <= bound
        print(f"  {NAMES[name]:24s} {min(theirs[name]):8.2f} s   of {theirs[name]}; Septum / it: {ratio:.2f}, "
              f"bound {bound}", flush=True)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 3], choices=[2, 3])
    parser.add_argument("--shape", type=int, nargs=3, help="x y z; default: 512 512 64 in 2D, 192 192 192 in 3D")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--batch", type=int, default=1, help="tiles a call, on Septum's side")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peers", type=Path, default=ROOT / "../shared/peers/infer.py")
    options = parser.parse_args()
    kept = [compare(dims, options.shape or SHAPES[dims], options) for dims in options.dims]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
