package org.septum.infer;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

/**
 * What comes of a scan whose maps are made in the same pass.
 *
 * @param segmentation
 *            the mask and the probabilities
 * @param maps
 *            on the grid of the scan, axes x, y, z, map; they lie in the scan's workspace
 */
public record MappedSegmentation(Segmentation segmentation, RandomAccessibleInterval<FloatType> maps) {
}
