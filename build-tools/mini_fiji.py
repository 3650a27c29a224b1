"""Puts together what can be had of Fiji here, with Septum's zip unpacked into it, and starts it.

Maven Central has some of the jars that Fiji ships, in the versions that Fiji ships (mini-fiji/pom.xml). It lacks imagej,
imagej-legacy and Bio-Formats. For Bio-Formats' own classes stands an older release without the libraries that its package
bundles; in place of net.imagej.Main stands org.septum.fiji.MiniFiji of our tests.

Usage: python3 build-tools/mini_fiji.py assemble [--zip target/septum-fiji.zip]    makes target/Fiji.app
       python3 build-tools/mini_fiji.py run [--main CLASS] [--headless] ARGUMENTS  starts it as Fiji's launcher does
       python3 build-tools/mini_fiji.py classpath                                  prints its class path
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import zipfile

from jars import part_of

APP = os.path.abspath("target/Fiji.app")
BIO_FORMATS = "target/lib/bioformats_package-*.jar"
# The parts of the package that are Bio-Formats' own or come as its own small libraries.
OWN = ("loci/", "ome/", "com/sun/media/", "jj2000/")
MAIN = "org/septum/fiji/MiniFiji.class"


def assemble(packed):
    shutil.rmtree(APP, ignore_errors=True)
    jars = os.path.join(APP, "jars")
    subprocess.run(["mvn", "-B", "-q", "-f", "build-tools/mini-fiji/pom.xml", "-Denforcer.skip=true",
                    "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], check=True)
    there = set()
    for jar in glob.glob(os.path.join(jars, "*.jar")):
        with zipfile.ZipFile(jar) as archive:
            there.update(archive.namelist())
    found = glob.glob(BIO_FORMATS) or sys.exit(f"no {BIO_FORMATS}; run: mvn -DskipTests package")
    os.makedirs(os.path.join(jars, "bio-formats"))
    with open(os.path.join(jars, "bio-formats", "formats-stand-in.jar"), "wb") as stand_in:
        stand_in.write(part_of(found[0], lambda name: name.startswith(OWN) and name not in there))
    with zipfile.ZipFile(os.path.join(jars, "mini-fiji.jar"), "w") as archive:
        archive.write(os.path.join("target/test-classes", MAIN), MAIN)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(APP)
    print(f"{APP}: {len(class_path())} jars")


def class_path():
    """In the order of Fiji's launcher: jars, their folders, plugins, their folders."""
    return [jar for place in ("jars/*.jar", "jars/*/*.jar", "plugins/*.jar", "plugins/*/*.jar")
            for jar in sorted(glob.glob(os.path.join(APP, place)))]


def command(main, headless, arguments):
    """What Fiji's launcher makes of its configuration, as far as it matters to a plugin."""
    options = [f"-D{name}.dir={APP}" for name in ("plugins", "imagej", "ij", "fiji")]
    options += ["-Djava.awt.headless=true"] if headless else []
    return ["java", *os.environ.get("MINI_FIJI_JAVA_OPTIONS", "-Xmx2g").split(), "-XX:+UseG1GC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED", "-Dscijava.context.strict=false", *options,
            "-cp", os.pathsep.join(class_path()), "org.scijava.launcher.ClassLauncher", main, *arguments]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("assemble").add_argument("--zip", default="target/septum-fiji.zip")
    verbs.add_parser("classpath")
    run = verbs.add_parser("run")
    run.add_argument("--main", default=MAIN[:-len(".class")].replace("/", "."))
    run.add_argument("--headless", action="store_true")
    given, arguments = parser.parse_known_args()
    if given.verb == "assemble":
        assemble(given.zip)
    elif given.verb == "classpath":
        print(os.pathsep.join(class_path()))
    else:
        sys.exit(subprocess.run(command(given.main, given.headless, arguments)).returncode)


main()
