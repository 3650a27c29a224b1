package org.septum.core;

import java.nio.file.Path;

/**
 * Where a scan can be had, without reading it: a recipe that is cheap to make, to list and to send to another machine.
 *
 * @param path
 *            a file, or the folder of a DICOM series
 * @param name
 *            name for people and output files: no folder, no extension
 */
public record ScanSource(Path path, String name) {
}
