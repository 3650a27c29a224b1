package org.septum.pipeline;

import java.util.List;
import java.util.Locale;

/**
 * How good a mask seems, without a reference.
 *
 * @param predictedDice
 *            mean over the classes, 0 to 1; NaN if the model has not learnt to predict it
 * @param judged
 *            whether anybody asked
 * @param look
 *            whether a person should look at it
 * @param reasons
 *            why, one line each, and what else is to be known of the judgement; empty if there is nothing
 */
public record MaskQuality(double predictedDice, boolean judged, boolean look, List<String> reasons) {

    /** Of a mask that was not judged. */
    public static final MaskQuality NONE = new MaskQuality(Double.NaN, false, false, List.of());

    public MaskQuality {
        reasons = List.copyOf(reasons);
    }

    /** "predicted Dice 0.912; look at it: …", for people; empty if it was not judged. */
    public String words() {
        String dice = Double.isNaN(predictedDice) ? ""
                : String.format(Locale.ROOT, "predicted Dice %.3f", predictedDice);
        String why = (look ? "look at it: " : "") + String.join("; ", reasons);
        return dice + (dice.isEmpty() || why.isEmpty() ? "" : ", ") + why;
    }

    /** The words, or that nothing speaks against it; empty if it was not judged. */
    public String sentence() {
        return judged && words().isEmpty() ? "nothing unlike the model's training cases was found" : words();
    }

    /** Where it stands among others: the least is the worst. A mask that is to be looked at stands before the rest. */
    double rank() {
        double dice = Double.isNaN(predictedDice) ? 1 : predictedDice;
        return look ? dice - 2 : dice;
    }
}
