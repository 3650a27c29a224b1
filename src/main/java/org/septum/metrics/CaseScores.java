package org.septum.metrics;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;

/**
 * The scores of one class in one case.
 *
 * @param caseName
 *            the case
 * @param label
 *            the class
 * @param dice
 *            0 to 1; NaN if the class is not in the reference ({@link DiceScore})
 * @param iou
 *            0 to 1; NaN if the class is not in the reference
 * @param hd95
 *            in {@code unit}; NaN if the class is in neither mask, infinite if in one only ({@link SurfaceDistances})
 * @param nsd
 *            0 to 1; NaN if the class is in neither mask
 * @param assd
 *            in {@code unit}; NaN and infinite as {@code hd95}
 * @param referenceMl
 *            volume of the class in the reference; NaN if the spacing is not known
 * @param predictionMl
 *            volume of the class in the prediction; NaN if the spacing is not known
 * @param unit
 *            of the distances
 */
public record CaseScores(String caseName, ClassLabel label, double dice, double iou, double hd95, double nsd,
        double assd, double referenceMl, double predictionMl, DistanceUnit unit) {

    /**
     * Compares the masks of a case. Spacing is that of the reference.
     *
     * @param caseName
     *            for the table
     * @param label
     *            the class to look at
     * @param reference
     *            the truth
     * @param prediction
     *            the same shape; another one throws a {@link org.septum.core.SeptumException} of kind INPUT
     * @param tolerance
     *            of the surface Dice, in mm, or in voxels if the spacing is not known
     */
    public static CaseScores of(String caseName, ClassLabel label, LabelMask reference, LabelMask prediction,
            double tolerance) {
        int value = label.value();
        DiceScore overlap = DiceScore.of(reference.pixels(), prediction.pixels(), value);
        DistanceUnit unit = DistanceUnit.of(reference.geometry(), reference.size(2) == 1);
        SurfaceDistances surface = SurfaceDistances.of(reference.pixels(), prediction.pixels(), value,
                unit.spacing(reference.geometry()));
        double voxelMl = reference.geometry().voxelVolume() / 1000;
        return new CaseScores(caseName, label, overlap.dice(), overlap.iou(), surface.hd95(), surface.nsd(tolerance),
                surface.assd(), overlap.reference() * voxelMl, overlap.prediction() * voxelMl, unit);
    }

    /** The same scores of a class by another name. */
    CaseScores withLabel(ClassLabel other) {
        return new CaseScores(caseName, other, dice, iou, hd95, nsd, assd, referenceMl, predictionMl, unit);
    }
}
