package org.septum.io;

import java.nio.file.Path;

import org.septum.core.LabelMask;

/** Masks as NIfTI-1 with 8-bit label values: .nii.gz, or .nii if the file is named so. */
public final class NiftiMaskWriter implements MaskWriter {

    @Override
    public String format() {
        return "nifti";
    }

    @Override
    public String extension() {
        return ".nii.gz";
    }

    @Override
    public void write(LabelMask mask, Path file, boolean overwrite) {
        long[] size = mask.pixels().dimensionsAsLongArray();
        NiftiFile.write(file, overwrite, NiftiFile.header(file, size, mask.geometry(), SampleType.UINT8), (int) size[2],
                z -> Planes.of(mask, z));
    }
}
