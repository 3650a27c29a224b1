#!/usr/bin/env python3
"""Times Septum's pass over a volume against ONNX Runtime in Python and PyTorch + MONAI on the same ONNX file.

Needs torch, onnxruntime, monai, onnx2torch and numpy, ../shared/peers/infer.py, and the classes of Septum:

    mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
    python3 bench/infer_speed.py

Septum writes a plain U-Net with random weights (2D: tiles of 256 x 256, five levels; 3D: 64 x 64 x 48, four levels;
16 channels at the first) and goes over a volume of noise, tiles overlapping by half, Gaussian weights; so do the peers.
Threads are equal, sides take turns, and the fastest round of each counts. Septum's time holds reading the pixels and the
mask. Prints the ratios, and exits 1 if one is above its bound (fp32: 0.9 of ONNX Runtime, 0.45 of PyTorch + MONAI; int8:
0.25 of PyTorch + MONAI). With --model and --compressed the peers run a model and Septum what was made of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOUNDS = {"fp32": {"ort": 0.9, "torch": 0.45}, "int8": {"torch": 0.25}}
NAMES = {"ort": "ONNX Runtime in Python", "torch": "PyTorch + MONAI"}
TILES = {2: [256, 256], 3: [48, 64, 64]}
SHAPES = {2: [512, 512, 64], 3: [192, 192, 192]}


def septum(*arguments):
    classpath = os.pathsep.join(["target/test-classes", "target/classes", (ROOT / "target/classpath.txt").read_text()])
    command = ["java", "-XX:+UseParallelGC", "-cp", classpath, "org.septum.infer.InferSpeed", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def peers(options, onnx, tile, shape):
    command = [sys.executable, options.peers, onnx, "--peers", "ort,torch", "--threads", options.threads,
               "--patch", *tile, "--shape", *shape]
    out = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True).stdout
    return {line.split()[0]: float(line.split()[1]) for line in out.splitlines() if line.split()[0] in BOUNDS["fp32"]}


def compare(title, models, tile, shape, options):
    """Prints the seconds of every side and whether all bounds are kept.

    models: by precision the model that Septum runs; "peers": the one that the others run.
    """
    ours, theirs = {p: [] for p in models if p != "peers"}, {name: [] for name in NAMES}
    for _ in range(options.rounds):
        for precision, seconds in ours.items():
            # the first of two passes warms up, as the peers' script does
            out = septum("run", models[precision], precision, *shape, options.threads, options.batch, 2)
            seconds.append(float(out.split()[-1]))
        for name, s in peers(options, models["peers"] / "weights.onnx", tile, shape).items():
            theirs[name].append(s)
    print(f"{title}, tiles of {' x '.join(map(str, tile[::-1]))}, volume of {' x '.join(map(str, shape))}, "
          f"{options.threads} threads")
    for name in NAMES:
        print(f"  {NAMES[name]:24s} {min(theirs[name]):8.2f} s   of {theirs[name]}")
    kept = True
    for precision, seconds in ours.items():
        ratios = {name: min(seconds) / min(theirs[name]) for name in NAMES}
        kept &= all(ratios[name] <= bound for name, bound in BOUNDS[precision].items())
        print(f"  Septum, {precision:16s} {min(seconds):8.2f} s   of {seconds}; "
              + ", ".join(f"{ratios[n]:.3f} of {NAMES[n]}" + (f" (bound {BOUNDS[precision][n]})"
                          if n in BOUNDS[precision] else "") for n in NAMES), flush=True)
    return kept


def noise_networks(dims, options):
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        septum("export", dims, model)
        return compare(f"{dims}D", {p: model for p in options.precision + ["peers"]}, TILES[dims],
                       options.shape or SHAPES[dims], options)


def widened(model, folder):
    """The graph with finished kernels: onnx2torch, which the peers use, knows none that are cast and scaled."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(model / "weights.onnx")
    known = {t.name: numpy_helper.to_array(t) for t in graph.graph.initializer}
    for node in list(graph.graph.node):
        if node.op_type in ("Cast", "Mul") and all(name in known for name in node.input):
            values = [known[name] for name in node.input]
            known[node.output[0]] = (values[0] * values[1] if node.op_type == "Mul" else values[0]).astype("float32")
            graph.graph.node.remove(node)
    used = {name for node in graph.graph.node for name in node.input}
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in known.items() if name in used)
    onnx.save(graph, folder / "weights.onnx")
    return folder


def compressed(options):
    """A compressed model against the one that it was made from, which the peers run."""
    with tempfile.TemporaryDirectory() as folder:
        return against(options, widened(options.model, Path(folder)))


def against(options, widened):
    patch = json.loads((options.model / "plan.json").read_text())["patch"]
    dims = 3 if json.loads((options.model / "plan.json").read_text())["network"]["dims"] == 3 else 2
    return compare(f"{options.compressed.name} and {options.model.name}",
                   {**{p: options.compressed for p in options.precision}, "peers": widened},
                   patch[:dims][::-1], options.shape or SHAPES[dims], options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 3], choices=[2, 3])
    parser.add_argument("--shape", type=int, nargs=3, help="x y z; default: 512 512 64 in 2D, 192 192 192 in 3D")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--batch", type=int, default=1, help="tiles a call, on Septum's side")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--precision", nargs="+", default=["fp32", "int8"], choices=["fp32", "int8"])
    parser.add_argument("--model", type=Path, help="folder of a model that the peers run, with --compressed")
    parser.add_argument("--compressed", type=Path, help="folder of the model that Septum runs instead")
    parser.add_argument("--peers", type=Path, default=ROOT / "../shared/peers/infer.py")
    options = parser.parse_args()
    kept = [compressed(options)] if options.model else [noise_networks(dims, options) for dims in options.dims]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
