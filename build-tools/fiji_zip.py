"""Packs Septum for Fiji: a zip that is unpacked into Fiji's folder.

What goes in: Septum, the libraries that Fiji does not ship, natives, the sample models, the macros. What stays out: what
Fiji ships (src/test/resources/fiji/shipped-*.tsv), Bio-Formats, which Fiji ships in parts, and what only the command
line needs. All jars lie in jars/septum, which Fiji's launcher puts on the class path after jars: a library that Fiji has
after all goes before ours, no file of Fiji is overwritten, and to remove Septum is to delete a folder.

Usage: python3 build-tools/fiji_zip.py [--platform all|linux|windows|macos-arm|none] [-o target/septum-fiji.zip]
after `mvn package`. The platform is that of PyTorch, which trains and explains; ONNX Runtime, which segments, is in for
every platform.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import zipfile

from jars import artifact, part_of

CLASSIFIERS = {"linux": "linux-x86_64", "windows": "win-x86_64", "macos-arm": "osx-aarch64"}
FACTS = "src/test/resources/fiji"
LIBRARIES = "target/lib"
NATIVES = "target/natives"
# Bio-Formats in one jar, of which Fiji ships the parts; logback comes with it.
BIO_FORMATS = ("bioformats_package", "logback-classic", "logback-core")
COMMAND_LINE = ("picocli", "progressbar", "jline-terminal", "jline-native")
# Debug symbols: three quarters of the jar of ONNX Runtime. Nothing loads them.
SYMBOLS = re.compile(r"\.pdb$|\.dSYM(/|$)")
DATE = (2026, 1, 1, 0, 0, 0)
README = """Septum for Fiji

Unpacked into Fiji's folder. Septum's jars lie in jars/septum, its models in models/septum, its macros in plugins/Septum.
To remove Septum, delete these three folders. Fiji must run on Java 17 or later: see Help > About ImageJ.

Septum is not a medical device. Its own code is under the BSD 2-clause licence; the libraries here have licences of their
own, in their jars, and what Fiji brings (Bio-Formats among it) is under the GPL.

Jars:
"""


def names(file):
    with open(file, encoding="utf-8") as lines:
        return {line.split("\t")[1] for line in lines if line.strip()}


def libraries(fiji):
    jars = sorted(glob.glob(os.path.join(LIBRARIES, "*.jar")))
    if not jars:
        sys.exit(f"no libraries in {LIBRARIES}; run: mvn -DskipTests package")
    left_out = fiji | set(BIO_FORMATS) | set(COMMAND_LINE) | {"pytorch-native-cpu"}
    return [jar for jar in jars if artifact(jar) not in left_out]


def natives(platforms):
    if not platforms:
        return []
    version = re.search(r"<pytorch.version>(.*)</pytorch.version>", open("pom.xml", encoding="utf-8").read()).group(1)
    found = []
    for platform in platforms:
        jar = os.path.join(NATIVES, f"pytorch-native-cpu-{version}-{CLASSIFIERS[platform]}.jar")
        if not os.path.isfile(jar):
            print(f"fetching PyTorch for {platform}", file=sys.stderr)
            subprocess.run(["mvn", "-B", "-q", "dependency:copy", "-Dmdep.useBaseVersion=true",
                            f"-Dartifact=ai.djl.pytorch:pytorch-native-cpu:{version}:jar:{CLASSIFIERS[platform]}",
                            f"-DoutputDirectory={NATIVES}"], check=True)
        found.append(jar)
    return found


def models():
    """Path in the zip and content of the files of every sample model."""
    for folder in sorted(glob.glob("sample-data/models/*/rdf.yaml")):
        root = os.path.dirname(folder)
        for place, _, files in sorted(os.walk(root)):
            for file in sorted(files):
                path = os.path.join(place, file)
                inner = os.path.relpath(path, root).replace(os.sep, "/")
                yield f"models/septum/{os.path.basename(root)}/{inner}", open(path, "rb").read()
    for packed in sorted(glob.glob("sample-data/models/*.zip")):
        name = os.path.basename(packed)[:-len(".zip")]
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield f"models/septum/{name}/{entry.filename}", archive.read(entry)


def pack(output, platforms):
    own = [jar for jar in glob.glob("target/septum-*.jar") if not re.search(r"-(sources|tests|javadoc)\.jar$", jar)]
    if len(own) != 1:
        sys.exit(f"{len(own)} jars of Septum in target; one is needed: mvn -DskipTests clean package")
    fiji = set().union(*(names(file) for file in glob.glob(os.path.join(FACTS, "shipped-*.tsv"))))
    jars = own + libraries(fiji) + natives(platforms)
    aside = output + ".part"
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        def put(path, content):
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr = 0o644 << 16
            # Jars and weights hardly shrink any more.
            archive.writestr(entry, content, zipfile.ZIP_STORED if len(content) > 100_000 else zipfile.ZIP_DEFLATED)

        listed = "\n".join(sorted(os.path.basename(jar) for jar in jars))
        put("jars/septum/README.txt", README + listed + "\n")
        for jar in jars:
            slim = artifact(jar) == "onnxruntime"
            content = part_of(jar, lambda name: not SYMBOLS.search(name)) if slim else open(jar, "rb").read()
            put(f"jars/septum/{os.path.basename(jar)}", content)
        for path, content in models():
            put(path, content)
        for macro in sorted(glob.glob("plugins/*.ijm")):
            put(f"plugins/Septum/{os.path.basename(macro)}", open(macro, "rb").read())
    os.replace(aside, output)
    print(f"{output}: {os.path.getsize(output) / 1e6:.0f} MB, {len(jars)} jars")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", default="all", choices=["all", "none", *CLASSIFIERS])
    parser.add_argument("-o", "--output", default="target/septum-fiji.zip")
    arguments = parser.parse_args()
    chosen = {"all": list(CLASSIFIERS), "none": []}.get(arguments.platform, [arguments.platform])
    pack(arguments.output, chosen)


main()
