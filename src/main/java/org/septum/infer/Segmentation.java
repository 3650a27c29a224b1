package org.septum.infer;

import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.data.PostProcessingPlan;

/**
 * What comes of a scan.
 *
 * @param mask
 *            the class of every voxel
 * @param probabilities
 *            of every class, if they were asked for; the largest is that of the mask before its post-processing
 */
public record Segmentation(LabelMask mask, Optional<ProbabilityMap> probabilities) {

    /** The same after a plan's post-processing of the mask, which may be null; probabilities stay as they are. */
    Segmentation postProcessed(PostProcessingPlan plan) {
        return new Segmentation(PostProcessing.apply(mask, plan), probabilities);
    }
}
