
package org.septum.core;

import java.util.Locale;

/**
 * How a scan was made, as far as it changes how its intensities are treated.
 */
public enum Modality {

    /**
     * Computed tomography: intensities are Hounsfield units, the same in every scan.
     */
    CT,
    /**
     * Magnetic resonance: intensities have no unit and differ from scan to scan.
     */
    MR,
    /** Ultrasound. */
    US,
    /** Colour photographs: dermoscopy, fundus, histology. */
    RGB,
    /** Anything else, or not known. */
    OTHER;

    /**
     * The modality meant by a DICOM modality code ("CT", "MR", "US") or by a channel name of a dataset ("MRI", "T1w",
     * "red"); OTHER for any other word.
     */
    public static Modality of(String word) {
        String w = word == null ? "" : word.strip().toUpperCase(Locale.ROOT);
        if (w.equals("CT"))
            return CT;
        if (w.equals("US") || w.contains("ULTRASOUND"))
            return US;
        if (w.equals("R") || w.equals("RED") || w.equals("RGB"))
            return RGB;
        if (w.startsWith("MR") || w.matches("T[12].*") || w.equals("FLAIR") || w.equals("PD"))
            return MR;
        return OTHER;
    }
}
