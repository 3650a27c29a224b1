package org.septum.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

import org.septum.core.SeptumException;
import org.septum.pipeline.ListNetworks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum networks}. */
@Command(name = "networks", description = {
        "What networks cost and how far they see: trained parameters, multiply-adds (MACs) for one patch, receptive "
                + "field, the number that sizes must be a multiple of, and the memory of float32 activations for one "
                + "patch, in use and in training, without the engine's own workspace." }, footer = { "", "Examples:",
                        "  septum networks                    every network and attention, 2D and 3D",
                        "  septum networks --dims 3 --widths 16,32,64 --classes 3 --patch 48",
                        "  septum networks --network unet,resnet50 --patch 160,160,64",
                        "  septum networks --network unet --norm instance --activation silu",
                        "  septum networks --classification   to compare with the papers" })
final class NetworksVerb extends Verb {

    @Option(names = "--dims", paramLabel = "N", description = "2 or 3. Default: both, or what the patch has.")
    private Integer dims;

    @Option(names = "--network", paramLabel = "A", split = ",", completionCandidates = PlanOptions.Networks.class, description = "Some of: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> networks;

    @Option(names = "--attention", paramLabel = "A", split = ",", completionCandidates = NetworkOptions.Attentions.class, description = "Some of: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> attentions;

    @Option(names = "--norm", paramLabel = "N", completionCandidates = PlanOptions.Normalizations.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: batch.")
    private String normalization;

    @Option(names = "--activation", paramLabel = "A", completionCandidates = PlanOptions.Activations.class, description = "One of: ${COMPLETION-CANDIDATES}. Default: that of the network's paper.")
    private String activation;

    @Option(names = "--widths", paramLabel = "W", split = ",", description = "Channels of every level, finest first, of networks without widths of their own, such as unet. Default: 16,32,64,128, and of canet 16,32,64,128,256.")
    private List<Integer> widths;

    @Option(names = "--inputs", paramLabel = "N", description = "Channels of the scan. Default: 1.")
    private Integer inputs;

    @Option(names = "--classes", paramLabel = "N", description = "Classes with the background. Default: 2.")
    private Integer classes;

    @Option(names = "--patch", paramLabel = "N", split = ",", description = "Patch in voxels: one number for a square or cube, X,Y or X,Y,Z. Enlarged where a network needs a multiple. Default: 256 in 2D, 64 in 3D.")
    private List<Integer> patch;

    @Option(names = "--classification", description = "Instead, the encoders with the classifier of ImageNet (3 channels, 224 × 224, 1000 classes) and the attention's published settings, to compare with the papers; 2D unless --dims says otherwise.")
    private boolean classification;

    @Override
    public Integer call() {
        List<ListNetworks.Row> rows = rows();
        if (program().json)
            printJson(rows);
        else
            NetworkTable.lines(rows).forEach(this::print);
        return SeptumCli.WELL;
    }

    private List<ListNetworks.Row> rows() {
        ListNetworks.Choice choice = new ListNetworks.Choice(dims == null ? OptionalInt.empty() : OptionalInt.of(dims),
                or(networks, List.of()), or(attentions, List.of()), word(normalization), word(activation));
        if (!classification) {
            return ListNetworks.run(new ListNetworks.Request(choice, or(widths, List.of()), or(inputs, 1),
                    or(classes, 2), or(patch, List.of())));
        }
        if (widths != null || inputs != null || classes != null || patch != null) {
            throw SeptumException.usage("--classification with --widths, --inputs, --classes or --patch; published "
                    + "networks have their own, so leave these out, or --classification");
        }
        return ListNetworks.classification(choice);
    }

    private static Optional<String> word(String given) {
        return Optional.ofNullable(given).map(w -> w.toLowerCase(Locale.ROOT));
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
