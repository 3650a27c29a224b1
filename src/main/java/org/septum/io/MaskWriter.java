package org.septum.io;

import java.nio.file.Path;

import org.septum.core.LabelMask;

/**
 * Writes label masks in one file format. A format is added by a class and a line in
 * {@code META-INF/services/org.septum.io.MaskWriter}.
 */
public interface MaskWriter {

    /** The name people choose it by: "nifti". */
    String format();

    /** What its files end with, dot included: ".nii.gz". */
    String extension();

    /**
     * Writes a mask. Read back, it has the same voxels and the same spacing, origin and direction to 1e-4 mm.
     *
     * @param overwrite
     *            whether a file that is there may be replaced
     *
     * @throws org.septum.core.SeptumException
     *             of kind OUTPUT if the file exists or cannot be written; nothing is left behind then
     */
    void write(LabelMask mask, Path file, boolean overwrite);
}
