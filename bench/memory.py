#!/usr/bin/env python3
"""Watches the memory of a training, native memory included: from step 500 to step 1000 it may grow by 2 %.

    make build
    python3 bench/memory.py

Makes phantoms (2D pictures, 3D volumes), plans and trains with the program as people run it, and reads how much memory
of the process is resident after every 100 steps. Why not from the first step? Until about step 400 Java still compiles
what runs most, and its compiler takes memory; a leak goes on after it. The Java heap has a fixed size and is touched at
the start, so that what grows is native memory. Linux only. Prints the figures, and exits 1 if one is above its bound.
"""

import argparse
import json
import os
import random
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

STEPS_PER_EPOCH = 100
FIRST, LAST = 500, 1000
HEAP = "-Xms512m -Xmx512m -XX:+AlwaysPreTouch"


def ball(size, seed):
    """Values and labels of noise with a bright ball, x fastest."""
    rng = random.Random(seed)
    centre = [s / 2 + rng.uniform(-3, 3) for s in size]
    radius = min(s for s in size if s > 1) / 3
    values, labels = bytearray(), bytearray()
    for z in range(size[2]):
        for y in range(size[1]):
            for x in range(size[0]):
                inside = sum((a - c) ** 2 for a, c, s in zip((x, y, z), centre, size) if s > 1) < radius ** 2
                labels.append(inside)
                values.append(rng.randrange(90) + 120 * inside)
    return bytes(values), bytes(labels)


def png(file, size, pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + pixels[y * size[0]:(y + 1) * size[0]] for y in range(size[1]))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size[0], size[1], 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def nifti(file, size, voxels):
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *size, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    struct.pack_into("<2f", header, 108, 352, 1)
    header[123] = 2
    struct.pack_into("<h", header, 254, 1)
    for row in range(3):
        struct.pack_into("<f", header, 280 + 20 * row, 1)
    header[344:347] = b"n+1"
    file.write_bytes(bytes(header) + voxels)


def dataset(folder, dims):
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    (folder / "dataset.json").write_text(json.dumps({"name": f"phantoms {dims}D", "labels": {"background": 0, "ball": 1},
                                                     "channel_names": {"0": "MRI"}}))
    size, write, extension = ((96, 96, 1), png, "png") if dims == 2 else ((40, 36, 28), nifti, "nii")
    for case in range(10):
        values, labels = ball(size, case)
        write(folder / "images" / f"case{case}.{extension}", size, values)
        write(folder / "labels" / f"case{case}.{extension}", size, labels)


def plan(septum, data, file, dims):
    """The plan of the phantoms, with so small a network and patch that 1000 steps take a minute or two."""
    subprocess.run([*septum, "plan", str(data), "-o", str(file), "--dims", str(dims), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    text = json.loads(file.read_text())
    stages = text["network"]["stages"][:3]
    stages[-1]["up"] = 0
    for level, stage in enumerate(stages):
        if level == len(stages) - 1:
            stage["decoderInner"] = stage["decoderWidth"] = 0
        for key in ("inner", "width", "up", "decoderInner", "decoderWidth"):
            if stage[key]:
                stage[key] = 8 << level
    text["network"]["stages"] = stages
    text["patch"] = [64, 64, 1] if dims == 2 else [24, 24, 16]
    text.pop("size", None)
    text["training"].update(batch=2, stepsPerEpoch=STEPS_PER_EPOCH, epochs=LAST // STEPS_PER_EPOCH)
    file.write_text(json.dumps(text))


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    sys.exit("the system does not say how much memory is resident")


def train(septum, data, file, model):
    """MiB resident by step."""
    env = dict(os.environ)
    env["SEPTUM_JAVA_OPTIONS"] = f"{env.get('SEPTUM_JAVA_OPTIONS', '')} {HEAP}"
    command = [*septum, "train", str(data), "--plan", str(file), "--no-check", "-o", str(model)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)
    sizes, log = {}, []
    for line in process.stderr:
        log.append(line)
        epoch = re.match(r"\s*epoch (\d+): loss", line)
        if epoch:
            sizes[int(epoch[1]) * STEPS_PER_EPOCH] = resident(process.pid)
    if process.wait() != 0:
        sys.exit("".join(log))
    return sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--septum", default="./septum", help="command that starts Septum")
    parser.add_argument("--only", type=int, choices=(2, 3))
    parser.add_argument("--bound", type=float, default=2, help="per cent")
    args = parser.parse_args()
    septum = shlex.split(args.septum)
    failed = False
    for dims in (2, 3):
        if args.only not in (None, dims):
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            dataset(folder / "data", dims)
            plan(septum, folder / "data", folder / "plan.json", dims)
            sizes = train(septum, folder / "data", folder / "plan.json", folder / "model")
        growth = 100 * (sizes[LAST] / sizes[FIRST] - 1)
        print(f"{dims}D: MiB resident after steps " + ", ".join(f"{s}: {m:.0f}" for s, m in sizes.items()))
        print(f"{dims}D: growth from step {FIRST} to {LAST}: {growth:+.2f} %, bound {args.bound} %")
        failed |= growth > args.bound
    sys.exit(failed)


if __name__ == "__main__":
    main()
