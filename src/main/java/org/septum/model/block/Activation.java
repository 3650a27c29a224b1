package org.septum.model.block;

import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What follows the normalisations of a network. */
public enum Activation {
    /** max(x, 0). */
    @JsonProperty("relu")
    RELU("relu", new Relu()),
    /** min(max(x, 0), 6). */
    @JsonProperty("relu6")
    RELU6("relu6", new Relu6()),
    /** x, or 0.01 x below 0. */
    @JsonProperty("leakyrelu")
    LEAKY_RELU("leakyrelu", new LeakyRelu()),
    /** x · sigmoid(x). */
    @JsonProperty("silu")
    SILU("silu", new Silu());

    private final String word;

    private final Layer layer;

    Activation(String word, Layer layer) {
        this.word = word;
        this.layer = layer;
    }

    /** The layer. */
    public Layer layer() {
        return layer;
    }

    /** The word for it, which also names its nodes. */
    public String word() {
        return word;
    }

    /** The words for all. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Activation::word).toList();
    }
}
