package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.septum.core.ClassLabels;
import org.septum.data.DatasetDescription;

/** The classes that the {@code dataset.json} in or beside a folder of masks names. */
final class DatasetLabels {

    private static final String FILE = "dataset.json";

    private DatasetLabels() {
    }

    /** The classes of the dataset that masks belong to: a folder of masks or one of its files. */
    static Optional<ClassLabels> of(Path masks) {
        Path absolute = masks.toAbsolutePath().normalize();
        Path folder = Files.isDirectory(absolute) ? absolute : absolute.getParent();
        Optional<ClassLabels> labels = DatasetDescription.of(folder.resolve(FILE)).labels();
        return labels.isPresent() ? labels : DatasetDescription.of(folder.resolveSibling(FILE)).labels();
    }
}
