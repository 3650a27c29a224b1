MVN ?= mvn -B -q
BIOFORMATS_VERSION := 7.3.1

.PHONY: format
format: bioformats
	$(MVN) formatter:format impsort:sort
# DICOM SEG files against highdicom and dciodvfy (Debian: apt-get install dicom3tools).
.PHONY: check-seg
check-seg: bioformats
	MVN="$(MVN)" bench/check_seg.sh
.PHONY: bioformats
bioformats:
	@true
