package org.septum.io;

import java.nio.file.Path;
import java.util.List;

import org.septum.core.LabelMask;

import ome.xml.model.enums.PixelType;

/**
 * Masks as OME-TIFF with 8-bit label values and a palette of the classes' colours: physical sizes in mm; origin and
 * direction, names and colours of the classes in map annotations of the namespaces septum.org/geometry,
 * septum.org/labels and septum.org/label-colours.
 */
public final class OmeTiffMaskWriter implements MaskWriter {

    @Override
    public String format() {
        return "ome-tiff";
    }

    @Override
    public String extension() {
        return ".ome.tif";
    }

    @Override
    public void write(LabelMask mask, Path file, boolean overwrite) {
        List<Integer> size = List.of((int) mask.size(0), (int) mask.size(1), (int) mask.size(2), 1);
        new OmeTiffFile(size, PixelType.UINT8, mask.geometry(), mask.labels().classes()).write(file, overwrite,
                (z, channel) -> Planes.of(mask, z));
    }
}
