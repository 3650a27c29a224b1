package org.septum.core;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

/**
 * How likely each class is in every voxel, and where the voxels lie.
 *
 * @param pixels
 *            axes x, y, z, class, all starting at 0; from 0 to 1, over the classes they sum to 1
 * @param geometry
 *            the same as that of the scan
 * @param labels
 *            the classes, in the order of the fourth axis
 */
public record ProbabilityMap(RandomAccessibleInterval<FloatType> pixels, ScanGeometry geometry, ClassLabels labels) {

    public ProbabilityMap {
        if (pixels.numDimensions() != 4 || pixels.dimension(3) != labels.count()) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "a probability map has the axes x, y, z and "
                    + labels.count() + " classes, not " + java.util.Arrays.toString(pixels.dimensionsAsLongArray()));
        }
    }
}
