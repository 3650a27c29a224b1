# Septum: make demo, make test. Needs JDK 17, Maven 3.8, Python 3 with pip.
MVN ?= mvn -B -q
PYTHON ?= python3
SHARED ?= ../shared
PYTHON_TORCH ?= $(PYTHON)
MODEL ?= sample-data/models/hippocampus

.PHONY: help build archive demo test fuzz train-hippocampus train-fetal-head train-left-ventricle ablation compression \
	validate check-seg read-speed step-time infer-speed memory memory-segment cold-start batch-test batch-speed test-slurm \
	test-disks format bioformats clean fiji-zip fiji-test spark test-spark imagej1 test-ui fiji-figures

help:
	@echo "make demo               builds Septum and segments the sample scans"
	@echo "make build              builds Septum; then ./septum --help"
	@echo "make test               builds Septum and runs all quick tests and gates"
	@echo "make fuzz               reads 20,000 damaged files"
	@echo "make train-hippocampus  trains the sample model anew (two hours), into target/models"
	@echo "make train-fetal-head   trains the model of the fetal head anew (an hour and a half), into target/models"
	@echo "make train-left-ventricle  trains that of the left ventricle anew (an hour and a half), into target/models"
	@echo "make ablation           holds the attentions against each other (two hours), into target/ablation"
	@echo "make compression        compresses models with every method (four hours), into target/compression"
	@echo "make check-seg          holds DICOM SEG against highdicom and dciodvfy (dicom3tools)"
	@echo "make read-speed         times reading against pydicom and nibabel"
	@echo "make step-time          times a training step against PyTorch in Python (PYTHON_TORCH=a Python with torch)"
	@echo "make memory             watches the memory of two short trainings"
	@echo "make memory-segment     measures peak memory of 200 and of 800 slices with 20 classes"
	@echo "make cold-start         times one picture from the command line to the mask (after memory-segment)"
	@echo "make infer-speed        times a pass against ONNX Runtime in Python and PyTorch + MONAI (PYTHON_TORCH)"
	@echo "make batch-test         kills a batch of 500 scans 20 times and holds the result against an undisturbed one"
	@echo "make batch-speed        what a batch of a million scans costs beside the segmentation, with 400 MB"
	@echo "make test-slurm         runs batches on a Slurm of one node of its own (as root; skipped where it cannot)"
	@echo "make test-disks         takes the disks of a batch away while it runs (as root; skipped where it cannot)"
	@echo "make spark              gets a Spark for septum cluster spark on this machine (300 MB), into target/spark"
	@echo "make test-spark         runs batches on Spark, with executors that are killed (skipped where there is none)"
	@echo "make validate           holds a model (MODEL=folder or zip) against the bioimage.io specification"
	@echo "make fiji-zip           packs Septum for Fiji (FIJI_PLATFORM=all, linux, windows, macos-arm, none), into target"
	@echo "make fiji-test          runs Septum from that zip among those jars of Fiji that Maven Central has"
	@echo "make imagej1            puts together what goes into the folder of plain ImageJ 1, into target/ImageJ"
	@echo "make test-ui            uses menus and dialogs as people do (needs a display, or Xvfb)"
	@echo "make fiji-figures       times Segment... on a slice and watches its heap on a virtual stack of 2000 slices"
	@echo "make format             formats the code"
	@echo "make clean              removes what was built"

build: bioformats
	$(MVN) -DskipTests package
	@$(MAKE) -s archive

# Classes as they lie in memory, so that Java starts sooner; without it Septum works as well.
archive:
	@rm -rf target/septum.jsa target/archive
	@SEPTUM_JAVA_OPTIONS="-XX:ArchiveClassesAtExit=target/septum.jsa" ./septum segment \
		sample-data/scans -m sample-data/models/hippocampus -o target/archive --device cpu --quiet \
		>/dev/null 2>&1 || rm -f target/septum.jsa

demo: build
	./septum demo -o target/demo

test: bioformats
	mvn -B -ntp verify

fuzz: bioformats
	mvn -B -ntp test -Dtest=FuzzTest -Dtests.groups=long -Dtests.excludedGroups=none

train-hippocampus: build
	./septum train "$(SHARED)/data/Dataset004_Hippocampus" --plan sample-data/models/hippocampus/plan.json \
		--fold 0 --budget 105m \
		--card sample-data/models/hippocampus.card.json -o target/models/hippocampus --resume

train-fetal-head: build
	./septum train "$(SHARED)/data/hc18" --fold 0 --budget 90m \
		--card sample-data/models/fetal-head.card.json -o target/models/fetal-head --resume
	./septum evaluate --model target/models/fetal-head --dataset "$(SHARED)/data/hc18"

train-left-ventricle: build
	./septum train "$(SHARED)/data/sunnybrook" --fold all --budget 90m \
		--card sample-data/models/left-ventricle.card.json -o target/models/left-ventricle --resume

ATTENTIONS = none,se,eca,canet-spatial,canet-channel,canet-scale,canet

ablation: build
	./septum ablation "$(SHARED)/data/Dataset004_Hippocampus" --plan docs/ablation/hippocampus.plan.json \
		--attention $(ATTENTIONS) --seeds 1,2,3 --jobs 2 -o target/ablation/hippocampus
	./septum ablation "$(SHARED)/data/isic2018" --plan docs/ablation/isic2018.plan.json \
		--attention $(ATTENTIONS) --seeds 1,2,3 --jobs 2 -o target/ablation/isic2018

HIPPOCAMPUS = -m sample-data/models/hippocampus -d "$(SHARED)/data/Dataset004_Hippocampus"
FETAL_HEAD = -m sample-data/models/fetal-head.zip -d "$(SHARED)/data/hc18"
ISIC = -m target/models/isic2018 -d "$(SHARED)/data/isic2018" --target flops=0.5 --budget

compression: build
	./septum compress $(HIPPOCAMPUS) --sweep --method similarity,cap,cap+int8,int8 \
		--target flops=0.7,flops=0.5,flops=0.3 -o target/compression/hippocampus --resume
	./septum compress $(HIPPOCAMPUS) --sweep --method similarity,cap,cap+int8 --target flops=0.5,flops=0.35 \
		--budget 10m -o target/compression/hippocampus-tuned --resume
	./septum compress $(FETAL_HEAD) --sweep --method similarity,cap,cap+int8,int8 \
		--target flops=0.7,flops=0.5,flops=0.3 -o target/compression/fetal-head --resume
	test -e target/models/isic2018 || ./septum train "$(SHARED)/data/isic2018" --fold 0 --budget 45m \
		-o target/models/isic2018 --resume
	./septum compress $(ISIC) 0s --sweep --method similarity,cap -o target/compression/isic2018 --resume
	./septum compress $(ISIC) 20m --sweep --method ucp,conet,uniform -o target/compression/isic2018-anew --resume
	for seed in 1 2 3; do ./septum compress $(ISIC) 4m --search 1m --seed $$seed --sweep --method ucp,uniform \
		-o target/compression/isic2018-seed-$$seed --resume || exit 1; done

validate:
	@mkdir -p target
	SUMMARY=target/summary.json "$(SHARED)/peers/validate.sh" "$(MODEL)"

check-seg: bioformats
	MVN="$(MVN)" bench/check_seg.sh

read-speed: bioformats
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON) -m venv target/read-speed
	target/read-speed/bin/pip install --quiet numpy pydicom nibabel
	target/read-speed/bin/python bench/read_speed.py

step-time: bioformats
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON) bench/step_time.py --python-torch "$(PYTHON_TORCH)" --peer "$(SHARED)/peers/train.py"

memory: build
	$(PYTHON) bench/memory.py

memory-segment: build
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	java -cp "target/test-classes:target/classes:$$(cat target/classpath.txt)" org.septum.bundle.RandomModel \
		20 256 target/memory-segment/model
	$(PYTHON) bench/peak_memory.py --model target/memory-segment/model

cold-start: build
	$(PYTHON) bench/cold_start.py --model target/memory-segment/model

batch-test: build
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON) bench/batch_test.py --classes "target/test-classes:target/classes:$$(cat target/classpath.txt)"

test-slurm: build
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON) bench/slurm.py --classes "target/test-classes:target/classes:$$(cat target/classpath.txt)"

test-disks: build
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON) bench/lost_disk.py --classes "target/test-classes:target/classes:$$(cat target/classpath.txt)"
SPARK_VERSION ?= 3.5.8

# Spark as PyPI has it: a whole one, with its launcher.
spark:
	@test -x target/spark/pyspark/bin/spark-submit || $(PYTHON) -m pip install --quiet --disable-pip-version-check \
		--target target/spark "pyspark==$(SPARK_VERSION)"

test-spark: build
	@$(MAKE) -s spark || { echo "skipped: there is no Spark here, and PyPI has not given one"; exit 0; }; \
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt && \
	$(PYTHON) bench/spark.py --classes "target/test-classes:target/classes:$$(cat target/classpath.txt)"

SCANS ?= 1000000

batch-speed: bioformats
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	java -Xmx400m -cp "target/test-classes:target/classes:$$(cat target/classpath.txt)" \
		org.septum.pipeline.BatchSpeed $(SCANS) target/batch-speed

# PYTHON_TORCH: with torch, onnxruntime, monai, onnx2torch
infer-speed: bioformats
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(PYTHON_TORCH) bench/infer_speed.py

FIJI_PLATFORM ?= all
FIJI_ZIP = target/septum-fiji$(if $(filter-out all,$(FIJI_PLATFORM)),-$(FIJI_PLATFORM)).zip

fiji-zip: build
	$(PYTHON) build-tools/fiji_zip.py --platform $(FIJI_PLATFORM) -o $(FIJI_ZIP)

fiji-test: fiji-zip
	$(PYTHON) build-tools/mini_fiji.py assemble --zip $(FIJI_ZIP)
	mvn -B -ntp surefire:test -Dtest=FijiZipTest -Dfiji.zip=$(FIJI_ZIP) -Dtests.groups=long -Dtests.excludedGroups=none
# To copy into ImageJ's folder. Fiji needs none of it.
imagej1: build
	@rm -rf target/ImageJ && mkdir -p target/ImageJ/plugins target/ImageJ/septum
	@cp target/Septum_ImageJ1.jar target/ImageJ/plugins
	@cp target/septum-*-SNAPSHOT.jar target/ImageJ/septum
	@cp -rl target/lib target/ImageJ/septum/lib && rm -f target/ImageJ/septum/lib/ij-*.jar
	@echo "copy plugins and septum of target/ImageJ into ImageJ's folder"

# Pictures of the screen come to target/screenshots.
test-ui: imagej1
	build-tools/with_display.sh $(MVN) surefire:test -Dtests.groups=display -Dtests.headless=false

FIJI_FIGURES = java -Xmx1g -Djava.awt.headless=true -cp "target/test-classes:target/classes:$$(cat target/classpath.txt)" \
	org.septum.fiji.FijiFigures

fiji-figures: bioformats
	$(MVN) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath.txt
	$(FIJI_FIGURES) slice 20 target/fiji-figures
	$(FIJI_FIGURES) stack 2000 target/fiji-figures

format: bioformats
	$(MVN) formatter:format impsort:sort

bioformats:
	@$(PYTHON) build-tools/bioformats.py

clean:
	$(MVN) clean
