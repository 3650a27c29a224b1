package org.septum.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.septum.core.SeptumException;

/**
 * By which rules weights are found. What a file does not say is as in {@link #PLAIN}, by which the first models were
 * trained.
 *
 * @param optimizer
 *            how a gradient moves the weights
 * @param schedule
 *            how the learning rate falls
 * @param warmup
 *            steps during which the learning rate rises from 0; 0 for none
 * @param average
 *            share of its old value that the moving average of the weights keeps at every step, at most (1 + t) / (10 +
 *            t) at step t; the averaged weights are validated and kept. 0 for none
 * @param clip
 *            largest global norm of a gradient; a longer one is scaled down to it
 * @param loss
 *            what is made small
 * @param patience
 *            the training ends when so many epochs in a row were not better than the best before; 0 for never
 */
public record LearningPlan(Optimizer optimizer, Schedule schedule, Integer warmup, Double average, Double clip,
        Loss loss, Integer patience) {

    /** How a gradient moves the weights. */
    public enum Optimizer {
        /** Stochastic gradient descent with Nesterov momentum. */
        @JsonProperty("sgd")
        SGD,
        /** Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). */
        @JsonProperty("adamw")
        ADAMW;

        /** The word for it. */
        public String word() {
            return LearningPlan.word(this);
        }

        /** The words for all. */
        public static List<String> words() {
            return LearningPlan.words(values());
        }

        /** The one meant by a word. */
        public static Optimizer of(String word) {
            return LearningPlan.of(values(), word, "optimizer");
        }
    }

    /** How the learning rate falls. */
    public enum Schedule {
        /** As (1 - progress)^0.9, as in nnU-Net. */
        @JsonProperty("poly")
        POLY,
        /** As half a cosine (Loshchilov and Hutter, SGDR, ICLR 2017, without restarts). */
        @JsonProperty("cosine")
        COSINE;

        /** The word for it. */
        public String word() {
            return LearningPlan.word(this);
        }

        /** The words for all. */
        public static List<String> words() {
            return LearningPlan.words(values());
        }

        /** The one meant by a word. */
        public static Schedule of(String word) {
            return LearningPlan.of(values(), word, "schedule");
        }
    }

    /** What is made small. */
    public enum Loss {
        /** Cross-entropy plus 1 - Dice, as in nnU-Net. */
        @JsonProperty("dice-cross-entropy")
        DICE_CROSS_ENTROPY,
        /** 1 - mean Dice, as in CA-Net. */
        @JsonProperty("soft-dice")
        SOFT_DICE,
        /** Mean of -ln Dice, CA-Net's other form. */
        @JsonProperty("log-dice")
        LOG_DICE;

        /** The word for it. */
        public String word() {
            return LearningPlan.word(this);
        }

        /** The words for all. */
        public static List<String> words() {
            return LearningPlan.words(values());
        }

        /** The one meant by a word. */
        public static Loss of(String word) {
            return LearningPlan.of(values(), word, "loss");
        }
    }

    /** Norm of gradients in nnU-Net. */
    private static final double CLIP = 12;

    /** Stochastic gradient descent, poly, no average, cross-entropy and Dice. */
    public static final LearningPlan PLAIN = new LearningPlan(null, null, null, null, null, null, null);

    public LearningPlan {
        optimizer = optimizer == null ? Optimizer.SGD : optimizer;
        schedule = schedule == null ? Schedule.POLY : schedule;
        warmup = warmup == null ? 0 : warmup;
        average = average == null ? 0 : average;
        clip = clip == null ? CLIP : clip;
        loss = loss == null ? Loss.DICE_CROSS_ENTROPY : loss;
        patience = patience == null ? 0 : patience;
        if (warmup < 0 || patience < 0) {
            throw SeptumException.input("training with a warm-up of " + warmup + " steps and a patience of " + patience
                    + " epochs; each must be at least 0");
        }
        if (!(average >= 0 && average < 1)) {
            throw SeptumException.input("training with an average that keeps " + average
                    + " of its old value; allowed: 0 (no average) to below 1, such as 0.999");
        }
        if (!(clip > 0))
            throw SeptumException.input("training with clip " + clip + "; the largest norm must be above 0");
    }

    /** These rules with another optimiser. */
    public LearningPlan with(Optimizer other) {
        return new LearningPlan(other, schedule, warmup, average, clip, loss, patience);
    }

    /** These rules with another schedule. */
    public LearningPlan with(Schedule other) {
        return new LearningPlan(optimizer, other, warmup, average, clip, loss, patience);
    }

    /** These rules with another loss. */
    public LearningPlan with(Loss other) {
        return new LearningPlan(optimizer, schedule, warmup, average, clip, other, patience);
    }

    /** These rules with a warm-up of so many steps. */
    public LearningPlan withWarmup(int steps) {
        return new LearningPlan(optimizer, schedule, steps, average, clip, loss, patience);
    }

    /** These rules with a moving average that keeps such a share; 0 for none. */
    public LearningPlan withAverage(double share) {
        return new LearningPlan(optimizer, schedule, warmup, share, clip, loss, patience);
    }

    /** These rules with another patience. */
    public LearningPlan withPatience(int epochs) {
        return new LearningPlan(optimizer, schedule, warmup, average, clip, loss, epochs);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values).map(LearningPlan::word).toList();
    }

    private static <E extends Enum<E>> E of(E[] values, String word, String what) {
        return Arrays.stream(values).filter(v -> word(v).equals(word)).findFirst().orElseThrow(() -> SeptumException
                .usage(what + " \"" + word + "\" is not known; allowed: " + String.join(", ", words(values))));
    }
}
