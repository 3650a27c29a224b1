MVN ?= mvn -B -q
BIOFORMATS_VERSION := 7.3.1

.PHONY: format
format: bioformats
	$(MVN) formatter:format impsort:sort
.PHONY: bioformats
bioformats:
	@true
