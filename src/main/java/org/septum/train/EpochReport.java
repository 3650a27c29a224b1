package org.septum.train;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 * @param waiting
 *            seconds of this epoch in which the engine had to wait for patches
 */
public record EpochReport(int epoch, long steps, double loss, List<Double> dice, double learningRate, double seconds,
        double waiting) {

    private static final Pattern LINE = Pattern.compile("epoch (\\d{1,9}): loss ");

    public EpochReport {
        dice = List.copyOf(dice);
    }

    /** Of an engine that never waited. */
    public EpochReport(int epoch, long steps, double loss, List<Double> dice, double learningRate, double seconds) {
        this(epoch, steps, loss, dice, learningRate, seconds, 0);
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

    /** The epoch of a line that {@link #describe} made; absent for any other line. */
    public static OptionalInt epochOf(String line) {
        Matcher m = LINE.matcher(line);
        return m.lookingAt() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
    }
}
