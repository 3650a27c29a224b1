package org.septum.model.block;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a network normalises the output of its convolutions. */
public enum Normalization {
    /** Over the batch: {@link BatchNormalization}. */
    @JsonProperty("batch")
    BATCH(BatchNormalization::new),
    /** Over each channel of each sample. */
    @JsonProperty("instance")
    INSTANCE(GroupNormalization::instance),
    /** Over groups of channels of each sample: 8 groups, or the largest number below that fits. */
    @JsonProperty("group")
    GROUP(channels -> new GroupNormalization(channels, groups(channels)));

    private static final int GROUPS = 8;

    private final IntFunction<Layer> layer;

    Normalization(IntFunction<Layer> layer) {
        this.layer = layer;
    }

    private static int groups(int channels) {
        return BigInteger.valueOf(channels).gcd(BigInteger.valueOf(GROUPS)).intValue();
    }

    /** The layer for so many channels. */
    public Layer layer(int channels) {
        return layer.apply(channels);
    }

    /** The layer that keeps more of its old running statistics, if it has any; {@code momentum} is their share. */
    public Layer layer(int channels, float momentum) {
        return this == BATCH ? new BatchNormalization(channels, momentum) : layer(channels);
    }

    /** The word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The words for all. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Normalization::word).toList();
    }
}
