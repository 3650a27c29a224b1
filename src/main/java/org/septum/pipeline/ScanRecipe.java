package org.septum.pipeline;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * One scan of a batch, as it is sent to another process.
 *
 * @param path
 *            an image file, or a folder with DICOM files, on a disk that all processes see under the same path
 * @param scan
 *            its path below the folder that was given, with /
 * @param name
 *            of its output files below the output folder, with / and without extension
 */
public record ScanRecipe(String path, String scan, String name) implements Serializable {

    static ScanRecipe of(BatchScan scan) {
        return new ScanRecipe(scan.path().toString(), scan.scan(), scan.name());
    }

    BatchScan batchScan() {
        return new BatchScan(Path.of(path), scan, name);
    }
}
