#!/usr/bin/env python3
"""Times one training step of Septum against PyTorch in Python, in one run: the same plain U-Net, the same threads.

Needs the classes of Septum, and a Python with torch for the other side (make step-time PYTHON_TORCH=...):

    mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
    python3 bench/step_time.py --python-torch PYTHON --peer ../shared/peers/train.py

Both sides take turns, so that whatever else the machine does meets both. Each turn is a process of its own; of Septum
it gives the median of ten steps after two, of PyTorch the mean of ten after three. The figure is the ratio of the medians
over the turns. PyTorch makes new random numbers in each step, Septum cuts its patches beside the steps, in other threads.
Prints the ratios, and exits 1 if one is above its bound.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

WORK = {
    "2D": ["--dims", "2", "--batch", "8", "--patch", "128", "128"],
    "3D": ["--dims", "3", "--batch", "{batch3d}", "--patch", "32", "48", "32"],
}


def seconds(command, threads):
    env = dict(os.environ, OMP_NUM_THREADS=str(threads))
    text = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout
    found = re.search(r"(\d+) parameters, ([0-9.]+) s/step", text)
    if not found:
        sys.exit(f"no time in what {command[0]} printed: {text}")
    return int(found[1]), float(found[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python-torch", default=sys.executable, help="a Python with torch")
    parser.add_argument("--peer", default="../shared/peers/train.py")
    parser.add_argument("--classpath", help="class path of Septum with its tests; by default that of target/")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--base", type=int, default=16)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--batch-3d", type=int, default=8)
    parser.add_argument("--only", choices=list(WORK))
    parser.add_argument("--bound", type=float, default=1.15)
    args = parser.parse_args()
    classpath = args.classpath or os.pathsep.join(
        ["target/test-classes", "target/classes", Path("target/classpath.txt").read_text().strip()])
    failed = False
    for name, options in WORK.items():
        if args.only not in (None, name):
            continue
        options = [option.format(batch3d=args.batch_3d) for option in options]
        size = ["--base", str(args.base), "--depth", str(args.depth)]
        theirs = [args.python_torch, args.peer, "--threads", str(args.threads), "--steps", "10", *size, *options]
        numbers = [options[1], str(args.base), str(args.depth), options[3], *options[5:]]
        ours = ["java", "-XX:+UseParallelGC", "-cp", classpath, "org.septum.train.StepTime", *numbers]
        times = {"PyTorch": [], "Septum": []}
        parameters = {}
        for turn in range(args.rounds):
            for side, command in (("PyTorch", theirs), ("Septum", ours)):
                parameters[side], time = seconds(command, args.threads)
                times[side].append(time)
                print(f"{name} round {turn + 1}: {side} {time:.3f} s/step", flush=True)
        ratio = statistics.median(times["Septum"]) / statistics.median(times["PyTorch"])
        print(f"{name}, {args.threads} threads, n {args.rounds}: Septum {statistics.median(times['Septum']):.3f} s "
              f"({parameters['Septum']} parameters), PyTorch {statistics.median(times['PyTorch']):.3f} s "
              f"({parameters['PyTorch']}), ratio {ratio:.2f}, bound {args.bound}; load {os.getloadavg()[0]:.1f}")
        failed |= ratio > args.bound
    sys.exit(failed)


if __name__ == "__main__":
    main()
