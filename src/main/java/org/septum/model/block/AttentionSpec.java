package org.septum.model.block;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.septum.core.SeptumException;

/** Which attention a network uses, and where. Written to files as {@code {"kind": "eca"}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({ @JsonSubTypes.Type(value = NoAttention.class, name = "none"),
        @JsonSubTypes.Type(value = SqueezeExcitation.class, name = "se"),
        @JsonSubTypes.Type(value = EcaAttention.class, name = "eca"),
        @JsonSubTypes.Type(value = CaNetAttention.class, name = "canet") })
public sealed interface AttentionSpec permits NoAttention, SqueezeExcitation, EcaAttention, CaNetAttention {

    /**
     * A level of the decoder.
     *
     * @param name
     *            prefix of its nodes
     * @param level
     *            0 for the finest
     * @param levels
     *            number of levels of the decoder
     * @param stride
     *            by how much the features that come from below are smaller, in tensor order
     * @param kernel
     *            size of its convolutions, in tensor order
     */
    record DecoderLevel(String name, int level, int levels, List<Integer> stride, List<Integer> kernel) {

        public DecoderLevel {
            stride = List.copyOf(stride);
            kernel = List.copyOf(kernel);
        }

        /** True for the one that is fed by the encoder's deepest level. */
        public boolean isDeepest() {
            return level == levels - 1;
        }
    }

    /** The word for it on the command line. */
    String word();

    /** What people call it: "SE". */
    default String title() {
        return word().toUpperCase(Locale.ROOT);
    }

    /** Puts the attention behind a feature, with nodes named {@code name.…}; returns the feature to go on with. */
    GraphAssembler.Feature attach(GraphAssembler graph, String name, GraphAssembler.Feature x);

    /** The attention of one stage of an encoder, counted from 0 as its paper counts; usually the same for all. */
    default AttentionSpec ofStage(int stage) {
        return this;
    }

    /** What the decoder reads instead of an encoder's output; {@code coarser} are the features from below. */
    default GraphAssembler.Feature skip(GraphAssembler graph, DecoderLevel level, GraphAssembler.Feature skip,
            GraphAssembler.Feature coarser) {
        return skip;
    }

    /** What the convolutions of a decoder level read instead of skip and up-convolution one after the other. */
    default GraphAssembler.Feature joined(GraphAssembler graph, DecoderLevel level, GraphAssembler.Feature x) {
        return x;
    }

    /** The convolutions of a decoder level, {@code inner} channels between them and {@code width} behind. */
    default GraphAssembler.Feature decoded(GraphAssembler graph, DecoderLevel level, GraphAssembler.Feature x,
            int inner, int width) {
        GraphAssembler.Feature y = graph.convNormRelu(level.name() + ".a", x, inner, level.kernel());
        y = graph.convNormRelu(level.name() + ".b", y, width, level.kernel());
        return attach(graph, level.name() + ".attention", y);
    }

    /** What the classes are read from; {@code levels} are those of the decoder, finest first, at least one. */
    default GraphAssembler.Feature fused(GraphAssembler graph, List<GraphAssembler.Feature> levels, int classes) {
        return levels.get(0);
    }

    /** The words for all attentions; those of CA-Net can also be joined by +, such as canet-spatial+scale. */
    static List<String> words() {
        return List.of("none", "se", "eca", "canet", "canet-spatial", "canet-channel", "canet-scale");
    }

    /** The attention meant by a word of {@link #words}. */
    static AttentionSpec of(String word) {
        return switch (word) {
            case "none" -> new NoAttention();
            case "se" -> new SqueezeExcitation();
            case "eca" -> new EcaAttention(0);
            default -> CaNetAttention.of(word).orElseThrow(() -> SeptumException
                    .usage("attention \"" + word + "\" is not known; allowed: " + String.join(", ", words())));
        };
    }
}
