package org.septum.train;

import java.util.List;

/**
 * What one epoch came to.
 *
 * @param epoch
 *            from 1
 * @param steps
 *            done since the training began
 * @param loss
 *            mean training loss
 * @param dice
 *            Dice of each foreground class over all validation voxels pooled; empty without validation cases
 * @param learningRate
 *            of its last step
 * @param seconds
 *            since the training began, interruptions left out
 */
public record EpochReport(int epoch, long steps, double loss, List<Double> dice, double learningRate, double seconds) {

    public EpochReport {
        dice = List.copyOf(dice);
    }

    /** Mean Dice over the classes that occur; NaN if there is none. */
    public double meanDice() {
        return dice.stream().filter(d -> !d.isNaN()).mapToDouble(d -> d).average().orElse(Double.NaN);
    }

    /** One line for people. */
    public String describe() {
        String scores = dice.isEmpty() ? ""
                : String.format(java.util.Locale.ROOT, ", validation Dice %.4f", meanDice());
        return String.format(java.util.Locale.ROOT, "epoch %d: loss %.4f%s, rate %.5f, %.0f s", epoch, loss, scores,
                learningRate, seconds);
    }
}
