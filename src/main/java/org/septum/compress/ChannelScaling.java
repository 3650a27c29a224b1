package org.septum.compress;

import org.septum.core.SeptumException;

/**
 * How the width of a layer changes from trial to trial (Hosseini et al., <i>CONet: Channel Optimization for
 * Convolutional Neural Networks</i>, ICCV Workshops 2021, as in the authors' code): wider while its rank grows,
 * narrower while it does not; each change of mind halves the step, and the second after the step has become small stops
 * it.
 *
 * @param delta
 *            growth of rank an epoch below which a layer is too wide
 * @param mu
 *            mapping condition from which it is too wide
 * @param gamma
 *            a layer that changes its mind with a smaller step than this stops
 * @param step
 *            first share by which a width changes, above 0 and below 1
 */
record ChannelScaling(double delta, double mu, double gamma, double step) {

    /** The authors'. */
    static final ChannelScaling PUBLISHED = new ChannelScaling(0.0075, 10, 0.01, 0.2);

    /** The authors' without a limit of the mapping condition. */
    static final ChannelScaling LEARNT = new ChannelScaling(0.0075, Double.POSITIVE_INFINITY, 0.01, 0.2);

    /** What happens to a width. */
    enum Operation {

        /** Before the first trial. */
        NONE(0, "not tried"),
        /** It grows. */
        EXPAND(1, "growing"),
        /** It shrinks. */
        SHRINK(-1, "shrinking"),
        /** It has been found. */
        STOP(0, "stopped");

        private final int sign;

        private final String word;

        Operation(int sign, String word) {
            this.sign = sign;
            this.word = word;
        }

        /** What a width last did, for people. */
        String word() {
            return word;
        }
    }

    /**
     * Widths that are allowed.
     *
     * @param least
     *            at least 1
     * @param most
     *            at least the least
     */
    record Bounds(int least, int most) {

        Bounds {
            if (least < 1 || most < least) {
                throw SeptumException.usage("widths from " + least + " to " + most
                        + "; the least must be at least 1, the most at least that");
            }
        }

        int clip(long width) {
            return (int) Math.max(least, Math.min(most, width));
        }
    }

    /**
     * A width and what led to it.
     *
     * @param width
     *            number of channels
     * @param operation
     *            the last one
     * @param step
     *            share by which it changes
     */
    record State(int width, Operation operation, double step) {

        /** True once it changes no more. */
        boolean isStopped() {
            return operation == Operation.STOP;
        }
    }

    ChannelScaling {
        if (!(mu > 0 && gamma >= 0 && step > 0 && step < 1) || Double.isNaN(delta)) {
            throw SeptumException.usage("channel scaling with delta " + delta + ", mu " + mu + ", gamma " + gamma
                    + " and a first step of " + step + "; allowed: mu above 0, gamma from 0, a step between 0 and 1");
        }
    }

    /** A width before the first trial. */
    State start(int width) {
        return new State(width, Operation.NONE, step);
    }

    /**
     * The width for the next trial. What is stopped stays as it is.
     *
     * @param state
     *            during the last trial
     * @param slope
     *            growth of its rank
     * @param mappingCondition
     *            of its kernels
     * @param bounds
     *            of the width
     */
    State next(State state, double slope, double mappingCondition, Bounds bounds) {
        if (state.isStopped())
            return state;
        Operation operation = wanted(state.width(), slope, mappingCondition, bounds);
        double next = state.step();
        if (state.operation() != Operation.NONE && operation != state.operation()) {
            if (next < gamma)
                operation = Operation.STOP;
            next /= 2;
        }
        // halves go to the even number of pairs, as in the authors' code
        long width = 2 * (long) Math.rint(state.width() * (1 + next * operation.sign) / 2);
        return new State(bounds.clip(width), operation, next);
    }

    private Operation wanted(int width, double slope, double mappingCondition, Bounds bounds) {
        boolean tooWide = slope < delta || mappingCondition >= mu;
        return tooWide && width > bounds.least() || width > bounds.most() ? Operation.SHRINK : Operation.EXPAND;
    }
}
