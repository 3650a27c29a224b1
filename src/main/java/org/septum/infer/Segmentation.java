package org.septum.infer;

import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;

/**
 * What comes of a scan.
 *
 * @param mask
 *            the class of every voxel
 * @param probabilities
 *            of every class, if they were asked for; the largest is that of the mask before its post-processing
 */
public record Segmentation(LabelMask mask, Optional<ProbabilityMap> probabilities) {
}
