package org.septum.cli;

import java.util.ArrayList;

import org.septum.pipeline.NetworkWords;
import org.septum.pipeline.PlanDataset;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a user may decide of a plan and its network. */
final class NetworkOptions {

    /** Shown in help; the list is the network's own. */
    static final class Attentions extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Attentions() {
            super(NetworkWords.attentions());
        }
    }

    @Option(names = "--attention", paramLabel = "A", completionCandidates = Attentions.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: eca.")
    private String attention;

    @Mixin
    private PlanOptions plan;

    PlanDataset.Wishes wishes() {
        return plan.wishes(attention);
    }
}
