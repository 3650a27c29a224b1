#!/usr/bin/env python3
"""Takes the disks of a batch away while it runs, and goes on.

    make test-disks

Needs root, to mount small disks in memory; where it cannot it says why and ends with 0. Phantom scans are segmented
(1) undisturbed; (2) into a disk that gets full, with room made afterwards; (3) into a disk that is unmounted half-way
and comes back; (4) from a disk that is unmounted half-way and comes back; (5) into a disk that is read only. Each run
must end with exit code 1 and say why and what to do, leave no half-written file, and --resume must end in the tree of
the undisturbed run, byte by byte, without what is in .septum. The last part of the test runs as nobody may who is not
root: without the right to pass over permissions, (6) from a folder and a file that may not be read, which must be named
while the others are segmented. Exits 1 if not.
"""

import argparse
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def skip(reason):
    print(f"test-disks: skipped: {reason}", flush=True)
    sys.exit(0)


def tree(folder):
    """SHA-256 of every file outside of .septum by its path."""
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.rglob("*"))
            if f.is_file() and f.relative_to(folder).parts[0] != ".septum"}


def settled(out):
    return sum(f.read_text(errors="replace").count('{"status":"done"') for f in (out / ".septum" / "runs").glob("*.jsonl"))


class Disk:
    """A small disk in memory; it stays while it is not mounted, as another mount keeps it."""

    def __init__(self, folder, kilobytes):
        self.folder, self.kept = folder, folder.with_name(folder.name + "-kept")
        for made in (self.folder, self.kept):
            made.mkdir()
        mount("-t", "tmpfs", "-o", f"size={kilobytes}k,mode=755", "tmpfs", str(self.kept))
        self.come()

    def come(self):
        mount("--bind", str(self.kept), str(self.folder))

    def go(self):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def resize(self, kilobytes):
        mount("-o", f"remount,size={kilobytes}k", str(self.kept))

    def read_only(self):
        mount("-o", "remount,bind,ro", str(self.folder))

    def end(self):
        for mounted in (self.folder, self.kept):
            while os.path.ismount(mounted):
                subprocess.run(["umount", "--lazy", str(mounted)], check=True)


def mount(*options):
    subprocess.run(["mount", *options], check=True)


class Test:
    def __init__(self, septum, folder):
        self.septum, self.folder, self.bad = septum, folder, []
        self.disks = []

    def disk(self, name, kilobytes):
        self.disks.append(Disk(self.folder / name, kilobytes))
        return self.disks[-1]

    def start(self, scans, out, *options, without=()):
        return subprocess.Popen([*without, *self.septum, "segment", str(scans), "-m", str(self.folder / "model"), "-o",
                                 str(out), "--device", "cpu", "--quiet", *options], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def expect(self, name, holds, words):
        print(f"{'ok' if holds else 'FAILED'}: {name}: {words}", flush=True)
        if not holds:
            self.bad.append(name)

    def stopped(self, name, process, *words):
        said = process.communicate(timeout=300)[0].strip()
        self.expect(name, process.returncode == 1 and all(w in said for w in words) and "Exception" not in said,
                    f"exit code {process.returncode}, \"{said}\"")

    def goes_on(self, name, scans, out):
        process = self.start(scans, out, "--resume")
        said = process.communicate(timeout=300)[0].strip()
        same = tree(out) == self.whole
        left = [f for f in out.rglob(".part-*")]
        self.expect(name + ", --resume", process.returncode == 0 and same and not left,
                    f"exit code {process.returncode}, {'byte-equal' if same else 'differs'}, left half-written: {left}, "
                    + said.splitlines()[0])

    @staticmethod
    def until(process, holds):
        end = time.time() + 300
        while process.poll() is None and not holds() and time.time() < end:
            time.sleep(0.02)

    def run(self):
        scans = self.folder / "scans"
        process = self.start(scans, self.folder / "whole")
        said = process.communicate()[0]
        if process.returncode:
            sys.exit(f"exit code {process.returncode}: {said}")
        self.whole = tree(self.folder / "whole")
        print(f"undisturbed: {len(self.whole)} files", flush=True)
        self.full(scans)
        self.output_goes(scans)
        self.scans_go(scans)
        self.read_only(scans)
        self.closed(scans)

    def full(self, scans):
        used = sum(f.stat().st_size for f in (self.folder / "whole").rglob("*") if f.is_file())
        # a file of a disk in memory takes whole pages
        pages = 4 * len([f for f in (self.folder / "whole").rglob("*")])
        for share in (0.02, 0.5):
            disk = self.disk(f"small{share}", max(8, int(share * (pages + used // 2048))))
            out = disk.folder
            self.stopped(f"full disk ({share:.0%})", self.start(scans, out), "No space left", "--resume")
            half = [f for f in out.rglob("*") if f.is_file() and f.relative_to(out).parts[0] != ".septum"
                    and f.suffix == ".gz" and self.whole[str(f.relative_to(out))]
                    != hashlib.sha256(f.read_bytes()).hexdigest()]
            self.expect(f"full disk ({share:.0%})", not half, f"{len(tree(out))} files, not whole: {half}")
            disk.resize(64 * 1024)
            self.goes_on(f"full disk ({share:.0%})", scans, out)

    def output_goes(self, scans):
        disk = self.disk("output", 64 * 1024)
        process = self.start(scans, disk.folder)
        self.until(process, lambda: settled(disk.folder) >= 5)
        disk.go()
        self.stopped("output unmounted", process, "--resume")
        stray = [str(f.relative_to(disk.folder)) for f in disk.folder.rglob("*") if f.is_file()]
        self.expect("output unmounted", len(stray) <= 3 and not any(".part-" in f for f in stray),
                    f"{len(stray)} files in the empty place: {stray}")
        disk.come()
        self.goes_on("output unmounted", scans, disk.folder)

    def scans_go(self, scans):
        disk = self.disk("input", 64 * 1024)
        shutil.copytree(scans, disk.folder, dirs_exist_ok=True, copy_function=shutil.copy2)
        out = self.folder / "from-input"
        process = self.start(disk.folder, out)
        self.until(process, lambda: settled(out) >= 5)
        disk.go()
        self.stopped("scans unmounted", process, "taken away", "--resume")
        failed = sum(f.read_text().count('{"status":"failed"') for f in (out / ".septum" / "runs").glob("*"))
        self.expect("scans unmounted", failed == 0, f"{failed} scans recorded as failed")
        disk.come()
        self.goes_on("scans unmounted", disk.folder, out)

    def read_only(self, scans):
        disk = self.disk("closed", 64 * 1024)
        disk.read_only()
        self.stopped("read-only output", self.start(scans, disk.folder), "cannot write", "Read-only")

    def closed(self, scans):
        copy = self.folder / "closed-scans"
        shutil.copytree(scans, copy)
        names = sorted(f for f in copy.rglob("*.nii.gz"))
        folder = sorted(f for f in copy.iterdir() if f.is_dir())[-1]
        shut = next(f for f in names if folder not in f.parents)
        shut.chmod(0)
        folder.chmod(0)
        process = self.start(copy, self.folder / "from-closed",
                             without=["setpriv", "--bounding-set=-dac_override,-dac_read_search"])
        said = process.communicate()[0]
        named = [line for line in said.splitlines() if line.startswith("FAILED: ")]
        self.expect("no permission", process.returncode == 1 and len(named) == 2
                    and all("no permission to read" in line for line in named), f"exit code {process.returncode}, {said}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--septum", default="./septum", help="command that starts Septum")
    parser.add_argument("--classes", required=True, help="class path with Septum's tests, for the phantoms")
    parser.add_argument("--scans", type=int, default=60)
    args = parser.parse_args()
    if os.geteuid() != 0:
        skip("mounting needs root")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["java", "-cp", args.classes, "org.septum.pipeline.BatchPhantoms", name, str(args.scans), "whole"],
                       check=True, stdout=subprocess.DEVNULL)
        test = Test(shlex.split(args.septum), folder)
        try:
            try:
                test.disk("trial", 64)
            except subprocess.CalledProcessError:
                skip("no disk in memory can be mounted here")
            test.run()
        finally:
            for disk in test.disks:
                disk.end()
    sys.exit(f"test-disks: failed: {test.bad}" if test.bad else 0)


if __name__ == "__main__":
    main()
