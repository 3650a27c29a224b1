package org.septum.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;
import org.septum.pipeline.NetworkWords;
import org.septum.pipeline.PlanDataset;

import picocli.CommandLine.Option;

/** What a user may decide of a plan, the attention left out. */
final class PlanOptions {

    /** Shown in help; the list is the network's own. */
    static final class Networks extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Networks() {
            super(NetworkWords.networks());
        }
    }

    /** Shown in help; the list is the network's own. */
    static final class Normalizations extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Normalizations() {
            super(NetworkWords.normalizations());
        }
    }

    /** Shown in help; the list is the network's own. */
    static final class Activations extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Activations() {
            super(NetworkWords.activations());
        }
    }

    @Option(names = "--dims", paramLabel = "N", description = "2, 3, or 2.5 for a 2D network that sees the slices beside as well; instead of what suits the scans.")
    private String dims;

    @Option(names = "--size", paramLabel = "X,Y", split = ",", hideParamSyntax = true, description = "Bring every slice to this many pixels as a whole, for 2D networks; masks come back on the scan's own pixels.")
    private List<Integer> size = List.of();

    @Option(names = "--network", paramLabel = "N", completionCandidates = Networks.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: unet.")
    private String network;

    @Option(names = "--norm", paramLabel = "N", completionCandidates = Normalizations.class, description = "Normalisation, one of: ${COMPLETION-CANDIDATES}. Default: batch.")
    private String norm;

    @Option(names = "--activation", paramLabel = "A", completionCandidates = Activations.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: that of the network's paper.")
    private String activation;

    @Option(names = "--deep-supervision", description = "In training every level of the decoder learns from the labels, not the finest alone.")
    private boolean deepSupervision;

    @Option(names = "--memory", paramLabel = "M", converter = MemorySize.class, description = "Fill this much memory with patch and batch: 4g, 800m. Default: half of the machine's, and no more than two cores train on in about a second.")
    private Long memory;

    PlanDataset.Wishes wishes(String attention) {
        boolean beside = "2.5".equals(dims);
        return new PlanDataset.Wishes(Optional.ofNullable(dims).map(d -> beside ? 2 : axes(d)),
                Optional.ofNullable(network), Optional.ofNullable(attention), size, Optional.ofNullable(norm),
                Optional.ofNullable(activation), deepSupervision, Optional.ofNullable(memory), beside);
    }

    private static int axes(String dims) {
        if (!dims.equals("2") && !dims.equals("3"))
            throw SeptumException.usage("--dims " + dims + "; allowed: 2, 2.5, 3");
        return Integer.parseInt(dims);
    }
}
