package org.septum.cli;

import java.util.ArrayList;
import java.util.Optional;

import org.septum.pipeline.LearningWishes;

import picocli.CommandLine.Option;

/** By which rules a user wants weights to be found. */
final class LearningOptions {

    /** Shown in help; the list is the plan's own. */
    static final class Optimizers extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Optimizers() {
            super(LearningWishes.optimizers());
        }
    }

    /** Likewise. */
    static final class Schedules extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Schedules() {
            super(LearningWishes.schedules());
        }
    }

    /** Likewise. */
    static final class Losses extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Losses() {
            super(LearningWishes.losses());
        }
    }

    @Option(names = "--optimizer", paramLabel = "O", completionCandidates = Optimizers.class, description = "One of: ${COMPLETION-CANDIDATES}; instead of the plan's. Another one brings a rate of its own.")
    private String optimizer;

    @Option(names = "--schedule", paramLabel = "S", completionCandidates = Schedules.class, description = "How the rate falls, one of: ${COMPLETION-CANDIDATES}; instead of the plan's.")
    private String schedule;

    @Option(names = "--loss", paramLabel = "L", completionCandidates = Losses.class, description = "One of: ${COMPLETION-CANDIDATES}; instead of the plan's.")
    private String loss;

    @Option(names = "--rate", paramLabel = "R", description = "Largest learning rate, instead of the plan's.")
    private Double rate;

    LearningWishes wishes() {
        return new LearningWishes(Optional.ofNullable(optimizer), Optional.ofNullable(schedule),
                Optional.ofNullable(loss), Optional.ofNullable(rate));
    }
}
