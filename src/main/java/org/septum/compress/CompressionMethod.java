package org.septum.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.septum.core.SeptumException;

/** How a model is made smaller or faster. */
public enum CompressionMethod {

    /** Convolutions with 8-bit integers. */
    INT8(null, false),
    /** Channels that resemble others go; no data. */
    SIMILARITY(SimilarityPruning::new, false),
    /** Channels go whose work the others can do, which then do it; a few scans, no training. */
    CAP(CompensationAwarePruning::new, false),
    /** Channels go that a gate, trained with the network, closes most; the rest is trained anew. */
    UCP(UniformChannelPruning::new, true),
    /** Short trainings find the width of every layer; the network found is trained anew. */
    CONET(ChannelSizeSearch::new, true),
    /** Every layer loses the same share of its channels, and what is left is trained anew: what others have to beat. */
    UNIFORM(UniformWidths::new, true);

    private final Supplier<PruningMethod> pruning;

    private final boolean trainsAnew;

    CompressionMethod(Supplier<PruningMethod> pruning, boolean trainsAnew) {
        this.pruning = pruning;
        this.trainsAnew = trainsAnew;
    }

    /** True if it makes the network narrower. */
    public boolean isPruning() {
        return pruning != null;
    }

    /**
     * True if batch normalisation has to be measured anew, since features have other means and variances. Compensation
     * fits kernels to what the whole network made, so that they have the same.
     */
    public boolean shiftsStatistics() {
        return this == SIMILARITY;
    }

    /** True if what is left has to be trained like a new network. */
    public boolean trainsAnew() {
        return trainsAnew;
    }

    /**
     * How it prunes.
     *
     * @throws SeptumException
     *             of kind INTERNAL if it does not
     */
    public PruningMethod pruning() {
        if (pruning == null)
            throw new SeptumException(SeptumException.Kind.INTERNAL, word() + " does not prune");
        return pruning.get();
    }

    /** As it is written on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The method of a word.
     *
     * @throws SeptumException
     *             of kind USAGE if there is none; the message names all
     */
    public static CompressionMethod of(String word) {
        return Arrays.stream(values()).filter(m -> m.word().equals(word)).findFirst()
                .orElseThrow(() -> SeptumException.usage("method \"" + word + "\"; allowed: "
                        + Arrays.stream(values()).map(CompressionMethod::word).collect(Collectors.joining(", "))));
    }

    /**
     * Methods of words with a plus between, such as "cap+int8", in their order.
     *
     * @throws SeptumException
     *             of kind USAGE if one of them is none
     */
    public static List<CompressionMethod> listOf(String words) {
        List<CompressionMethod> methods = new ArrayList<>();
        for (String word : words.split("\\+", -1))
            methods.add(of(word.strip()));
        return methods;
    }
}
