package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

import org.septum.pipeline.InstalledModels;

import ij.IJ;

/** The models of this Fiji. */
final class Models {

    private Models() {
    }

    /** Those that are chosen by name. */
    static InstalledModels installed() {
        return InstalledModels.of(Optional.ofNullable(IJ.getDirectory("imagej")).map(Path::of));
    }

    /** Where the model lies that somebody chose. */
    static Path chosen(File model) {
        return installed().choose(model.toPath());
    }
}
