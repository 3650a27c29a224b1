#!/usr/bin/env bash
# Holds DICOM SEG files written by Septum to highdicom (voxels, place, names, colours, source images) and to dciodvfy of
# dicom3tools (the standard). Needs Maven, Python 3 and dciodvfy (Debian: apt-get install dicom3tools).
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-target/check-seg}
mkdir -p "$work"
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
fi
"$work/venv/bin/pip" install --quiet highdicom nibabel
${MVN:-mvn -B -q} test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/target/test-classpath.txt"
rm -rf "$work/samples"
java -cp "target/test-classes:target/classes:$(cat target/test-classpath.txt)" org.septum.io.SegSamples "$work/samples"
"$work/venv/bin/python" src/test/python/check_seg.py "$work/samples"
failed=0
for file in "$work"/samples/*.dcm; do
    found=$(dciodvfy -new "$file" 2>&1 || true)
    errors=$(grep -c '^Error' <<<"$found" || true)
    warnings=$(grep -c '^Warning' <<<"$found" || true)
    echo "$(basename "$file"): dciodvfy: $errors errors, $warnings warnings"
    grep -E '^(Error|Warning)' <<<"$found" || true
    [ "$errors" = 0 ] || failed=1
done
exit $failed
