#!/usr/bin/env python3
"""Kills a batch again and again, goes on, and holds the result against that of an undisturbed run.

    make batch-test

Phantom scans in five formats, one in twenty broken. An undisturbed run gives the tree to compare with; then a run is
killed (kill -9) at random moments, each time gone on with by --resume, to the end. The same scans are then segmented in
shards that run two at a time, by two processes that share one output folder, and by a run that gets SIGTERM. All trees
must be equal, byte by byte, but for the folder .septum, which holds times; there must be no half-written file; every
good scan must be segmented and every bad one named. Exits 1 if not.
"""

import argparse
import csv
import hashlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def tree(folder):
    """SHA-256 of every file outside of .septum by its path; stops at a file that was left half-written."""
    files = {}
    for file in sorted(folder.rglob("*")):
        if file.name.startswith(".part-") and file.suffix != ".crc":  # Hadoop names its sums so
            sys.exit(f"left half-written: {file}")
        if file.is_file() and ".septum" not in file.relative_to(folder).parts:
            files[str(file.relative_to(folder))] = hashlib.sha256(file.read_bytes()).hexdigest()
    return files


def settled(out, *statuses):
    """Records of scans that are through, well or not."""
    return sum(f.read_text(errors="replace").count('{"status":"%s"' % status) for status in statuses or ("done", "failed")
               for f in (out / ".septum" / "runs").glob("*.jsonl"))


class Batch:
    def __init__(self, septum, folder):
        self.command = [*septum, "segment", str(folder / "scans"), "-m", str(folder / "model"), "--device", "cpu",
                        "--quiet"]

    def start(self, out, *options):
        return subprocess.Popen([*self.command, "-o", str(out), *options], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def run(self, out, *options):
        process = self.start(out, *options)
        said = process.communicate()[1]
        if process.returncode != 1:  # some scans are broken
            sys.exit(f"exit code {process.returncode}: {said}")

    def until(self, out, wanted, *options):
        """Starts a run and waits until so many scans are through."""
        process = self.start(out, *options)
        while process.poll() is None and settled(out) < wanted:
            time.sleep(0.005)
        return process


def compare(name, whole, other):
    differing = sorted(f for f in whole.keys() | other.keys() if whole.get(f) != other.get(f))
    print(f"{name}: " + (f"{len(whole)} files, byte-equal" if not differing
                         else f"{len(differing)} of {len(whole)} files differ: {differing[:5]}"), flush=True)
    return bool(differing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--septum", default="./septum", help="command that starts Septum")
    parser.add_argument("--classes", required=True, help="class path with Septum's tests, for the phantoms")
    parser.add_argument("--scans", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--shards", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broken = int(subprocess.run(["java", "-cp", args.classes, "org.septum.pipeline.BatchPhantoms", name,
                                     str(args.scans)], check=True, stdout=subprocess.PIPE, text=True).stdout)
        batch = Batch(shlex.split(args.septum), folder)

        started = time.time()
        batch.run(folder / "whole")
        alone = time.time() - started
        whole = tree(folder / "whole")
        with open(folder / "whole" / "summary.csv", newline="") as table:
            rows = list(csv.DictReader(table))
        failed = [r for r in rows if r["status"] == "failed"]
        print(f"undisturbed: {len(rows)} scans, {len(failed)} failed of {broken} broken, {alone:.1f} s", flush=True)
        bad = len(rows) != args.scans or len(failed) != broken or any(not r["problem"] for r in failed)

        out, kills = folder / "killed", 0
        for kill in range(args.kills):
            # failed scans are tried again, so the records grow by more than the scans
            step = rng.randint(0, 2 * args.scans // (args.kills + 1))
            process = batch.until(out, settled(out) + step, *(["--resume"] if kill else []))
            time.sleep(rng.uniform(0, 0.05))
            kills += process.poll() is None
            process.kill()
            process.communicate()
        batch.run(out, "--resume")
        bad |= compare(f"killed {kills} times", whole, tree(out))

        out = folder / "shards"
        shards = [f"{i}/{args.shards}" for i in range(1, args.shards + 1)]
        rng.shuffle(shards)
        for two in range(0, len(shards), 2):
            running = [batch.start(out, "--shard", s) for s in shards[two:two + 2]]
            for process in running:
                said = process.communicate()[1]
                if process.returncode not in (0, 1):
                    sys.exit(f"exit code {process.returncode}: {said}")
        bad |= compare(f"{args.shards} shards", whole, tree(out))

        out, started = folder / "shared", time.time()
        running = [batch.start(out, "--resume") for _ in range(2)]
        for process in running:
            process.communicate()
        print(f"two processes: {time.time() - started:.1f} s, one: {alone:.1f} s", flush=True)
        # what one has failed at, the other may try again
        bad |= settled(out, "done") != args.scans - broken
        bad |= compare("two processes on one folder", whole, tree(out))

        out = folder / "stopped"
        process = batch.until(out, args.scans // 3)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
        print(f"SIGTERM: exit code {process.returncode}, {said.strip().splitlines()[-1:]}", flush=True)
        bad |= process.returncode != 3
        batch.run(out, "--resume")
        bad |= compare("stopped by SIGTERM", whole, tree(out))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
