#!/usr/bin/env python3
"""How the gates of a network's attention move with the size of the object.

    ./septum explain IMAGES -m MODEL -o OUT --map attention --json > explained.json
    ./septum measure LABELS --json > measured.json
    python3 bench/gate_sizes.py explained.json measured.json

Takes the gates of channels and scales of each scan from what `septum explain` says, and the voxels of its object from its
reference mask, which has the same name (all classes added up; scans should have as many voxels as each other). Prints for each layer the
mean gate in the third of the cases with the smallest objects, in the middle third and in the third with the largest, and
Spearman's correlation of size and mean gate with its 95 % interval (bootstrap over cases); for the scale
attention of CA-Net (scale.scale, the finest scale first) the same for each gate. Standard library only.
"""

import json
import os
import random
import sys

SAMPLES = 2000


def ranks(values):
    """Ranks with ties shared."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for i in order[at:end + 1]:
            out[i] = (at + end) / 2
        at = end + 1
    return out


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    bottom = (sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b)) ** 0.5
    return top / bottom if bottom else float("nan")


def interval(a, b):
    draw = random.Random(1)
    found = []
    for _ in range(SAMPLES):
        chosen = [draw.randrange(len(a)) for _ in a]
        found.append(spearman([a[i] for i in chosen], [b[i] for i in chosen]))
    found.sort()
    return found[SAMPLES // 40], found[-SAMPLES // 40]


def line(name, sizes, gates):
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    third = len(order) // 3
    parts = [order[:third], order[third:-third], order[-third:]]
    means = "  ".join(f"{sum(gates[i] for i in part) / len(part):.3f}" for part in parts)
    low, high = interval(sizes, gates)
    print(f"{name:40}  {means}  {spearman(sizes, gates):+.2f} ({low:+.2f} to {high:+.2f})")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as explained:
        scans = [s for s in json.load(explained) if s["weights"]]
    size = {}
    with open(sys.argv[2], encoding="utf-8") as measured:
        for row in json.load(measured)["rows"]:
            name = os.path.basename(row["mask"]).split(".")[0]
            size[name] = size.get(name, 0) + row["voxels"]
    cases = [(s, size[c]) for s in scans for c in size if s["name"] in (c, c + "_0000")]
    if len(cases) < 9:
        sys.exit(f"{len(cases)} of {len(scans)} scans have a reference in {sys.argv[2]}; at least 9 are needed")
    sizes = [s for _, s in cases]
    print(f"{len(cases)} cases; mean gate of the small, middle and large third; Spearman with size (95 %)")
    for layer in cases[0][0]["weights"]:
        gates = [s["weights"][layer] for s, _ in cases]
        line(layer, sizes, [sum(g) / len(g) for g in gates])
        if layer == "scale.scale":
            for i in range(len(gates[0])):
                line(f"{layer}, gate {i + 1}", sizes, [g[i] for g in gates])


if __name__ == "__main__":
    main()
