package org.septum.infer;

import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;

/** Turns probabilities into label values: the class of the largest probability, the first of equals. */
final class LabelChoice {

    private final byte[] values;

    LabelChoice(ClassLabels labels) {
        this.values = new byte[labels.count()];
        for (int c = 0; c < values.length; c++)
            values[c] = (byte) labels.classes().get(c).value();
    }

    /**
     * The labels of a slice.
     *
     * @param z
     *            its number, for messages
     * @param probabilities
     *            by class and place in the slice
     *
     * @throws SeptumException
     *             of kind INPUT if one is no number
     */
    byte[] of(int z, float[][] probabilities) {
        byte[] mask = new byte[probabilities[0].length];
        for (int i = 0; i < mask.length; i++) {
            int best = 0;
            float most = probabilities[0][i];
            float sum = most;
            for (int c = 1; c < probabilities.length; c++) {
                float p = probabilities[c][i];
                sum += p;
                if (p > most) {
                    most = p;
                    best = c;
                }
            }
            if (Float.isNaN(sum)) {
                throw SeptumException.input("the network gives no number (NaN) in slice " + z
                        + "; its weights must be finite: train it again or use another model");
            }
            mask[i] = values[best];
        }
        return mask;
    }
}
