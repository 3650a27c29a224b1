package org.septum.infer;

import org.septum.core.LabelMask;
import org.septum.data.PostProcessingPlan;
import org.septum.data.PostProcessingPlan.Touching;
import org.septum.metrics.ConnectedParts;

/**
 * What is done to a finished mask: of some classes only the largest connected part is kept (Isensee et al. 2021, doi
 * 10.1038/s41592-020-01008-z). Of equally large parts the first is kept, in the order of x, then y, then z.
 */
public final class PostProcessing {

    private PostProcessing() {
    }

    /**
     * Changes a mask in place: its pixels must be writable.
     *
     * @param plan
     *            null for nothing
     *
     * @return the mask
     */
    public static LabelMask apply(LabelMask mask, PostProcessingPlan plan) {
        if (plan != null && !plan.largestPart().isEmpty())
            parts(mask, plan).clear(mask.labels().classes().get(0).value());
        return mask;
    }

    /**
     * What of a class would go.
     *
     * @param value
     *            of the class
     *
     * @return share of its voxels, 0 to 1; 0 if there are none
     */
    public static double strays(LabelMask mask, PostProcessingPlan plan, int value) {
        return parts(mask, plan).strays(value);
    }

    private static ConnectedParts parts(LabelMask mask, PostProcessingPlan plan) {
        return new ConnectedParts(mask.pixels(), plan.largestPart(), plan.touching() == Touching.CORNERS,
                plan.perSlice());
    }
}
