package org.septum.data;

import java.util.Locale;

import org.septum.core.SeptumException;
import org.septum.data.NetworkSizing.Sized;

/**
 * Time for a training, and how fast the machine trains.
 *
 * @param seconds
 *            for the training of one network
 * @param speed
 *            multiply-adds a second in training: three times those of a forward pass make a step
 */
public record TimeBudget(double seconds, double speed) {

    /** Forward, and backward to the inputs and to the weights of every layer. */
    private static final int PASSES = 3;

    /**
     * So many pictures a network has to see to become good, counted with repetitions: 3000 steps of 8. Photographs of
     * skin lesions were learnt a third as fast at 256 pixels, where 4 fill a step, as at 128, where 16 do.
     */
    private static final double ENOUGH = 3000 * 8;

    public TimeBudget {
        if (!(seconds > 0 && speed > 0)) {
            throw SeptumException.usage(
                    "a budget of " + seconds + " s at " + speed + " multiply-adds a second; both must be positive");
        }
    }

    /** Multiply-adds of a step. */
    private static double multiplyAdds(Plan plan) {
        return PASSES * (double) plan.training().batch() * plan.network().graph().macs(plan.patchInTensorOrder());
    }

    /** That of a machine that was timed with a plan. */
    public static TimeBudget of(double seconds, Plan plan, double secondsPerStep) {
        return new TimeBudget(seconds, multiplyAdds(plan) / secondsPerStep);
    }

    private double step(Sized sized) {
        return PASSES * (double) sized.batch() * sized.network().graph().macs(sized.spatial()) / speed;
    }

    boolean isEnough(Sized sized) {
        return seconds / step(sized) * sized.batch() >= ENOUGH;
    }

    /** What the time is enough for, in words. */
    String reason(Sized sized, boolean pictures) {
        double steps = seconds / step(sized);
        String words = String.format(Locale.ROOT,
                "%.0f minutes: about %.0f steps of %.2f s, three times the multiply-adds of a batch of %d at %.2f"
                        + " thousand million a second, as timed on this machine",
                seconds / 60, steps, step(sized), sized.batch(), speed / 1e9);
        return pictures ? words + String.format(Locale.ROOT, "; they show %.0f pictures, and %.0f are to be shown",
                steps * sized.batch(), ENOUGH) : words;
    }
}
