# Septum: make demo, make test. Needs JDK 17, Maven 3.8, Python 3 with pip.
MVN ?= mvn -B -q
PYTHON ?= python3
SHARED ?= ../shared

.PHONY: help build demo test test-long train-hippocampus validate check-seg format bioformats clean

help:
	@echo "make demo               builds Septum and segments the sample scans"
	@echo "make build              builds Septum; then ./septum --help"
	@echo "make test               builds Septum and runs all quick tests and gates"
	@echo "make test-long          runs the long tests"
	@echo "make train-hippocampus  trains the sample model anew (an hour), into target/models"
	@echo "make validate           holds the sample model against the bioimage.io specification"
	@echo "make check-seg          holds DICOM SEG files to highdicom and dciodvfy"
	@echo "make format             formats the code"
	@echo "make clean              removes what was built"

build: bioformats
	$(MVN) -DskipTests package

demo: build
	./septum demo -o target/demo

test: bioformats
	mvn -B -ntp verify

test-long: bioformats
	mvn -B -ntp -Dtests.excludedGroups=none -Dtests.groups=long test

train-hippocampus: build
	./septum train "$(SHARED)/data/Dataset004_Hippocampus" --fold 0 --budget 60m \
		--card sample-data/models/hippocampus.card.json -o target/models/hippocampus --resume

validate:
	"$(SHARED)/peers/validate.sh" sample-data/models/hippocampus

format: bioformats
	$(MVN) formatter:format impsort:sort

# DICOM SEG files against highdicom and dciodvfy (Debian: apt-get install dicom3tools).
check-seg: bioformats
	MVN="$(MVN)" bench/check_seg.sh

bioformats:
	@$(PYTHON) build-tools/bioformats.py

clean:
	$(MVN) clean
