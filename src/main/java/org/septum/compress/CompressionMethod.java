package org.septum.compress;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.septum.core.SeptumException;

/** How a model is made smaller or faster. */
public enum CompressionMethod {

    /** Convolutions with 8-bit integers. */
    INT8(false),
    /** Channels that resemble others go; no data. */
    SIMILARITY(true),
    /** Channels go whose work the others can do, which then do it; a few scans, no training. */
    CAP(true),
    /** Channels go that a gate, trained with the network, closes most; the rest is trained anew. */
    UCP(true),
    /** Short trainings find the width of every layer; the network found is trained anew. */
    CONET(true);

    private final boolean isPruning;

    CompressionMethod(boolean isPruning) {
        this.isPruning = isPruning;
    }

    /** True if it makes the network narrower. */
    public boolean isPruning() {
        return isPruning;
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
}
