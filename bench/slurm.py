#!/usr/bin/env python3
"""Runs batches on a Slurm of one node that it starts itself, and holds the trees against a plain run.

    make test-slurm

Needs root and Debian's packages slurmctld, slurmd, slurm-client and munge; where it cannot run it says why and ends
with 0. Daemons, their ports on 127.0.0.1 and their files are its own and go at the end, whatever happens. Phantom scans
are segmented (1) by the plain command line, (2) by an array, (3) by an array of which one task gets SIGTERM, as before
its time is up, (4) by one of which a task is requeued by Slurm, as when a node is taken away, (5) by one of which a task
is cancelled, and which is submitted again. The folder names hold blanks and quotes. All trees must be equal, byte by
byte, without what is in .septum and slurm. Exits 1 if not.
"""

import argparse
import hashlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = ["slurmctld", "slurmd", "munged", "sbatch", "scontrol", "squeue", "scancel", "sinfo"]
NODE = "septum"
CONFIGURATION = """
ClusterName=septum
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=2,batch_sched_delay=0,bf_interval=2
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
KillWait=30
MailProg=/bin/true
NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={node} CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=test Nodes={name} Default=YES MaxTime=60 State=UP
"""


def skip(reason):
    print(f"test-slurm: skipped: {reason}", flush=True)
    sys.exit(0)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Cluster:
    """A Slurm of one node; use as a context."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLURM", "SBATCH"))}
        self.environment["SLURM_CONF"] = str(folder / "slurm.conf")

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        munge = self.folder / "munge"
        for made in (munge, self.folder / "state", self.folder / "spool"):
            made.mkdir(mode=0o755)
        key = munge / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], controller=free_port(), node=free_port(), folder=self.folder,
            name=NODE, cpus=os.cpu_count(), memory=pages * 9 // 10))
        self.daemon("munged", "--foreground", "--force", f"--socket={munge}/socket", f"--key-file={key}",
                    f"--log-file={munge}/log", f"--pid-file={munge}/pid", f"--seed-file={munge}/seed")
        self.until(lambda: (munge / "socket").exists(), 20, "munged does not start")
        self.daemon("slurmctld", "-D", "-i", "-f", str(self.folder / "slurm.conf"))
        self.daemon("slurmd", "-D", "-N", NODE, "-f", str(self.folder / "slurm.conf"))
        self.until(lambda: self.call("sinfo", "-h", "-o", "%T", check=False).startswith("idle"), 60,
                   "the node does not come up")

    def daemon(self, *command):
        log = open(self.folder / f"{command[0]}.out", "w")
        self.daemons.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log))

    def until(self, holds, seconds, problem):
        end = time.time() + seconds
        while not holds():
            dead = [d.args[0] for d in self.daemons if d.poll() is not None]
            if dead or time.time() > end:
                logs = "\n".join(f.read_text(errors="replace")[-1500:] for f in sorted(self.folder.glob("*.out")))
                skip(f"{problem} {'(ended: ' + ', '.join(dead) + ')' if dead else ''}\n{logs}")
            time.sleep(0.2)

    def call(self, *command, check=True):
        done = subprocess.run(command, env=self.environment, text=True, capture_output=True, timeout=60)
        if check and done.returncode:
            sys.exit(f"{shlex.join(command)}: exit code {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def jobs(self, number):
        """State, exit code and restarts of every task of an array that has begun, or of a job."""
        said = self.call("scontrol", "show", "job", number, "--oneliner", check=False)
        fields = [dict(re.findall(r"(\w+)=(\S+)", line)) for line in said.splitlines()]
        return {f.get("ArrayTaskId", ""): (f["JobState"], f["ExitCode"], int(f["Restarts"])) for f in fields
                if "JobState" in f}

    def __exit__(self, *_):
        if len(self.daemons) > 1:
            # tasks outlive the daemons, so they go first; Slurm kills them after KillWait at the latest
            subprocess.run(["scancel", "--user=root"], env=self.environment, timeout=60, check=False, capture_output=True)
            end = time.time() + 45
            while time.time() < end and self.call("squeue", "--noheader", check=False).strip():
                time.sleep(0.5)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def tree(folder):
    files = {}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        if file.name.startswith(".part-"):
            sys.exit(f"left half-written: {file}")
        if file.is_file() and relative.parts[0] not in (".septum", "slurm"):
            files[str(relative)] = hashlib.sha256(file.read_bytes()).hexdigest()
    return files


class Test:
    def __init__(self, cluster, septum, folder, tasks, limit):
        self.cluster, self.septum, self.folder, self.tasks, self.limit = cluster, septum, folder, tasks, limit
        self.bad = False
        out = folder / "plain"
        done = subprocess.run([septum, "segment", folder / "it's scans", "-m", folder / "model", "-o", out, "--device",
                               "cpu", "--quiet"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"plain run: exit code {done.returncode}: {done.stderr}")
        self.plain = tree(out)
        print(f"plain run: {len(self.plain)} files", flush=True)

    def submit(self, out):
        done = subprocess.run(
            [self.septum, "cluster", "slurm", self.folder / "it's scans", "-m", self.folder / "model", "-o", out,
             "--array", str(self.tasks), "--cpus", "1", "--mem", "2g", "--time", "10m", "--septum", self.septum, "--submit",
             "--overwrite"], env=self.cluster.environment, capture_output=True, text=True)
        found = re.search(r"submitted: array (\d+), merge (\d+)", done.stdout)
        if not found:
            sys.exit(f"not submitted, exit code {done.returncode}: {done.stderr}{done.stdout}")
        return found.groups()

    def wait(self, what, holds):
        end = time.time() + self.limit
        while not holds():
            if time.time() > end:
                sys.exit(f"{what}: not within {self.limit} s\n{self.cluster.call('squeue', check=False)}")
            time.sleep(0.2)

    def ended(self, number):
        states = [state for state, _, _ in self.cluster.jobs(number).values()]
        return bool(states) and not any(s in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED")
                                        for s in states)

    def run(self, name, disturb=None, wanted="COMPLETED"):
        """An array; once a task has segmented something, it is disturbed, and its id is handed over for that."""
        out = self.folder / f'{name} "masks"'
        array, merge = self.submit(out)
        if disturb:
            self.wait("a scan is through", lambda: any(
                '{"status":"done"' in f.read_text(errors="replace") for f in (out / ".septum" / "runs").glob("*.jsonl")))
            running = [task for task, (state, _, _) in self.cluster.jobs(array).items() if state == "RUNNING"]
            if not running:
                sys.exit(f"{name}: nothing runs any more; use more scans")
            disturb(f"{array}_{running[0]}")
        self.wait("the end", lambda: self.ended(array) and self.ended(merge))
        jobs = self.cluster.jobs(array)
        states = {task: f"{state} {code}, {restarts} restarts" for task, (state, code, restarts) in sorted(jobs.items())}
        states["merge"] = "%s %s" % self.cluster.jobs(merge)[""][:2]
        print(f"{name}: {states}", flush=True)
        restarts = sum(r for _, _, r in jobs.values())
        if wanted == "COMPLETED":
            self.bad |= any(not s.startswith("COMPLETED") for s in states.values()) or len(jobs) != self.tasks
            self.bad |= restarts != (1 if disturb else 0)
            self.compare(name, out)
        else:
            self.bad |= not any(s.startswith(wanted) for s in states.values()) or restarts != 0
            self.run(name)
        if self.bad:
            for log in sorted((out / "slurm").glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}", flush=True)
            sys.exit("test-slurm: failed")

    def compare(self, name, out):
        other = tree(out)
        differing = sorted(f for f in self.plain.keys() | other.keys() if self.plain.get(f) != other.get(f))
        self.bad |= bool(differing)
        print(f"{name}: " + (f"{len(other)} files differ: {differing[:5]}" if differing
                             else f"{len(other)} files, byte-equal"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--septum", default="./septum", help="program that starts Septum")
    parser.add_argument("--classes", required=True, help="class path with Septum's tests, for the phantoms")
    parser.add_argument("--scans", type=int, default=60)
    parser.add_argument("--tasks", type=int, default=3)
    parser.add_argument("--limit", type=int, default=600, help="seconds that each array may take")
    args = parser.parse_args()
    # so that the daemons end with this
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    if os.geteuid() != 0:
        skip("Slurm's daemons need root here")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [p for p in PROGRAMS if not shutil.which(p)]
    if missing:
        skip(f"not installed: {', '.join(missing)}; apt-get install slurmctld slurmd slurm-client munge")
    with tempfile.TemporaryDirectory(prefix="septum-slurm-") as name:
        folder = Path(name)
        subprocess.run(["java", "-cp", args.classes, "org.septum.pipeline.BatchPhantoms", name, str(args.scans), "whole"],
                       check=True, stdout=subprocess.DEVNULL)
        (folder / "scans").rename(folder / "it's scans")
        (folder / "cluster").mkdir()
        with Cluster(folder / "cluster") as cluster:
            print(cluster.call("sbatch", "--version").strip() + ", one node, "
                  + f"{args.scans} scans, {args.tasks} tasks", flush=True)
            test = Test(cluster, str(Path(args.septum).resolve()), folder, args.tasks, args.limit)
            test.run("array")
            test.run("SIGTERM", lambda task: cluster.call("scancel", "--batch", "--signal=TERM", task))
            test.run("requeued", lambda task: cluster.call("scontrol", "requeue", task))
            test.run("cancelled", lambda task: cluster.call("scancel", task), "CANCELLED")
    print("test-slurm: passed", flush=True)


if __name__ == "__main__":
    main()
