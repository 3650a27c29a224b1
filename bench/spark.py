#!/usr/bin/env python3
"""Segments phantoms on Spark, kills an executor half-way, and holds the results against a run without Spark.

    make test-spark

Phantom scans in five formats, one in twenty broken. The tree of a plain run, of 7 shards, of Spark with the threads of
one process, and of a Spark cluster on this machine (two executors, each a process) must be equal, byte by byte, but for
the folder .septum, which holds times; so must those of clusters in which an executor is killed (kill -9) half-way: while
scans are segmented whole, and while each is segmented in slabs. Every killed executor must have been replaced. A run
that is stopped by SIGTERM must go on with --resume, and the Parquet table must have a row for each scan. Exits 1 if not.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
from batch_test import compare, settled, tree  # noqa: E402

EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend"


def executors(above):
    """Processes below one that are executors of Spark."""
    parents, found = {}, []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
            if EXECUTOR in command and stat[0] != "Z":
                found.append(int(entry.name))

    def below(pid):
        while pid > 1 and pid != above:
            pid = parents.get(pid, 0)
        return pid == above

    return sorted(pid for pid in found if below(pid))


class Runs:
    def __init__(self, septum, folder, spark_home):
        self.septum = septum
        self.folder = folder
        self.rest = [str(folder / "scans"), "-m", str(folder / "model"), "--device", "cpu", "--quiet"]
        self.environment = {**os.environ, "SPARK_HOME": str(spark_home), "SPARK_LOCAL_IP": "127.0.0.1",
                            "OMP_NUM_THREADS": "1"}

    def start(self, out, *options):
        verb = ["segment"] if "--master" not in options else ["cluster", "spark"]
        return subprocess.Popen([*self.septum, *verb, *self.rest, "-o", str(out), *options], text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment)

    def end(self, process, code=1):
        """Some scans are broken: 1."""
        said = process.communicate()[1]
        if process.returncode != code:
            sys.exit(f"exit code {process.returncode}: {said}")
        return said

    def run(self, out, *options):
        started = time.time()
        self.end(self.start(out, *options))
        return time.time() - started


def slabs(out):
    return sum(1 for _ in (out / ".septum" / "slabs").glob("*/*.gz"))


def kill_one(process, is_time):
    """Kills an executor as soon as it is time; says how many there were then and later at most, and which one died."""
    while process.poll() is None and not is_time():
        time.sleep(0.02)
    there = executors(process.pid)
    if process.poll() is not None or not there:
        sys.exit(f"no executor to kill: {process.communicate()[1][-2000:]}")
    os.kill(there[0], signal.SIGKILL)
    return there


def replaced(process, there):
    """Waits for an executor that was not there before."""
    while process.poll() is None:
        new = set(executors(process.pid)) - set(there)
        if new:
            return True
        time.sleep(0.05)
    return False


def table(spark_home, folder):
    """Rows by status, as Spark reads them."""
    program = ("import sys; from pyspark.sql import SparkSession; s = SparkSession.builder.master('local[1]')"
               ".config('spark.ui.enabled', 'false').getOrCreate(); t = s.read.parquet(sys.argv[1]);"
               "print(t.count(), t.filter(\"status = 'failed' and problem != ''\").count(),"
               "t.filter(\"status = 'done' and size(volumes) = 1 and seconds > 0 and length(files[0].sha256) = 64\")"
               ".count())")
    said = subprocess.run([sys.executable, "-c", program, str(folder)], text=True, stdout=subprocess.PIPE, check=True,
                          stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(spark_home.parent),
                                                          "SPARK_LOCAL_IP": "127.0.0.1"}).stdout
    return tuple(int(n) for n in said.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--septum", default="./septum", help="command that starts Septum")
    parser.add_argument("--classes", required=True, help="class path with Septum's tests, for the phantoms")
    parser.add_argument("--spark", default="target/spark/pyspark", help="where Spark lies")
    parser.add_argument("--scans", type=int, default=100)
    parser.add_argument("--shards", type=int, default=7)
    parser.add_argument("--only", default="", help="parts, as local,cluster,killed,slabs,stopped,shards; all if empty")
    args = parser.parse_args()
    spark_home = Path(args.spark).resolve()
    wanted = args.only.split(",") if args.only else ["local", "cluster", "killed", "slabs", "stopped", "shards"]
    cluster = ["--master", "local-cluster[2,1,1024]", "--scans-per-task", "3"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broken = int(subprocess.run(["java", "-cp", args.classes, "org.septum.pipeline.BatchPhantoms", name,
                                     str(args.scans)], check=True, stdout=subprocess.PIPE, text=True).stdout)
        runs = Runs(shlex.split(args.septum), folder, spark_home)
        seconds = runs.run(folder / "whole")
        whole = tree(folder / "whole")
        print(f"plain: {args.scans} scans, {broken} broken, {seconds:.0f} s", flush=True)
        bad = False
        if "local" in wanted:
            seconds = runs.run(folder / "local", "--master", "local[2]")
            bad |= compare(f"local[2], {seconds:.0f} s", whole, tree(folder / "local"))
            rows = table(spark_home, folder / "local" / ".septum" / "scans.parquet")
            print(f"Parquet: {rows[0]} rows, {rows[1]} failed with a problem, {rows[2]} done with volume and hash")
            bad |= rows != (args.scans, broken, args.scans - broken)
        if "cluster" in wanted:
            seconds = runs.run(folder / "cluster", *cluster)
            bad |= compare(f"two executors, {seconds:.0f} s", whole, tree(folder / "cluster"))
        for part, options in (("killed", []), ("slabs", ["--split-voxels", "2000"])):
            if part not in wanted:
                continue
            out = folder / part
            process = runs.start(out, *cluster, *options)
            there = kill_one(process, lambda: slabs(out) > args.scans if part == "slabs"
                             else settled(out) > args.scans // 2)
            before = settled(out), slabs(out)
            anew = replaced(process, there)
            runs.end(process)
            print(f"{part}: of executors {there} {there[0]} was killed after {before[0]} scans and {before[1]} slabs,"
                  f" {'one came in its place' if anew else 'NONE CAME IN ITS PLACE'}", flush=True)
            bad |= not anew
            bad |= compare(part, whole, tree(out))
        if "stopped" in wanted:
            out = folder / "stopped"
            process = runs.start(out, *cluster)
            while process.poll() is None and settled(out) < args.scans // 3:
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            runs.end(process, 3)
            print(f"SIGTERM after {settled(out)} scans", flush=True)
            runs.run(out, *cluster, "--resume")
            bad |= compare("stopped by SIGTERM and gone on with", whole, tree(out))
        if "shards" in wanted:
            for i in range(1, args.shards + 1):
                process = runs.start(folder / "shards", "--shard", f"{i}/{args.shards}")
                said = process.communicate()[1]
                if process.returncode not in (0, 1):
                    sys.exit(f"exit code {process.returncode}: {said}")
            bad |= compare(f"{args.shards} shards", whole, tree(folder / "shards"))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
