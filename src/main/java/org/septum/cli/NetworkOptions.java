package org.septum.cli;

import java.util.ArrayList;
import java.util.Optional;

import org.septum.pipeline.NetworkWords;
import org.septum.pipeline.PlanDataset;

import picocli.CommandLine.Option;

/** What a user may decide of the network. */
final class NetworkOptions {

    /** Shown in help; the list is the network's own. */
    static final class Networks extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Networks() {
            super(NetworkWords.networks());
        }
    }

    /** Shown in help; the list is the network's own. */
    static final class Attentions extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Attentions() {
            super(NetworkWords.attentions());
        }
    }

    @Option(names = "--dims", paramLabel = "N", description = "2 or 3, instead of what suits the scans.")
    private Integer dims;

    @Option(names = "--network", paramLabel = "N", completionCandidates = Networks.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: unet.")
    private String network;

    @Option(names = "--attention", paramLabel = "A", completionCandidates = Attentions.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: eca.")
    private String attention;

    PlanDataset.Wishes wishes() {
        return new PlanDataset.Wishes(Optional.ofNullable(dims), Optional.ofNullable(network),
                Optional.ofNullable(attention));
    }
}
