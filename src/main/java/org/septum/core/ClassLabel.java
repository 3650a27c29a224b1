package org.septum.core;

/**
 * One class of a segmentation.
 *
 * @param value
 *            pixel value in a label mask, 0 to 255
 * @param name
 *            for people: "anterior"
 * @param rgb
 *            colour as 0xRRGGBB
 */
public record ClassLabel(int value, String name, int rgb) {

    public ClassLabel {
        if (value < 0 || value > 255) {
            throw new SeptumException(SeptumException.Kind.INPUT,
                    "label \"" + name + "\" has value " + value + "; label values must lie between 0 and 255");
        }
        if (name == null || name.isBlank()) {
            throw new SeptumException(SeptumException.Kind.INPUT, "label " + value + " has no name");
        }
        rgb &= 0xffffff;
    }
}
