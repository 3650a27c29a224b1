package org.septum.metrics;

import java.util.List;

import org.septum.core.CsvField;

/**
 * What was measured in the predicted mask of a case, and what it should have been.
 *
 * @param caseName
 *            the case
 * @param what
 *            was measured
 * @param predicted
 *            in the predicted mask, in {@code unit}; NaN if it could not be measured
 * @param inReference
 *            in the reference mask, by the same rule; NaN if it could not be measured
 * @param known
 *            measured by somebody else, in mm; NaN if nobody said
 * @param unit
 *            of what is measured in masks
 */
public record MeasuredCase(String caseName, Measurement what, double predicted, double inReference, double known,
        DistanceUnit unit) {

    /** Predicted minus that of the reference mask. */
    public double errorToReference() {
        return predicted - inReference;
    }

    /** Predicted minus what is known; NaN if the prediction is not in mm. */
    public double errorToKnown() {
        return unit == DistanceUnit.MILLIMETRES ? predicted - known : Double.NaN;
    }

    /** Cases as CSV with a header. */
    public static String csv(List<MeasuredCase> cases) {
        StringBuilder csv = new StringBuilder("case,class,kind,predicted,in_reference_mask,known,unit\n");
        for (MeasuredCase c : cases) {
            csv.append(CsvField.quoted(c.caseName)).append(',').append(CsvField.quoted(c.what.className())).append(',')
                    .append(c.what.kind().word()).append(',').append(c.predicted).append(',').append(c.inReference)
                    .append(',').append(c.known).append(',').append(c.unit.symbol()).append('\n');
        }
        return csv.toString();
    }
}
