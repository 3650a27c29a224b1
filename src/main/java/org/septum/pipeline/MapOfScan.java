package org.septum.pipeline;

import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;

/**
 * A map of a scan.
 *
 * @param name
 *            for files: "gradcam_anterior"
 * @param title
 *            for people
 * @param map
 *            one channel on the grid of the scan
 * @param highest
 *            value that is drawn as hottest; 0 for the largest that there is
 */
record MapOfScan(String name, String title, Scan map, float highest) {

    /** The value that is drawn as hottest, above 0. */
    float hottest() {
        float most = highest;
        if (most == 0)
            for (FloatType value : map.pixels())
                most = Math.max(most, value.get());
        // a map of zeros has no heat, however it is scaled
        return most > 0 ? most : 1;
    }
}
