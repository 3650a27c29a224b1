package org.septum.model.encoder;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.septum.core.SeptumException;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GraphAssembler;

/** Which encoder a network uses. Written to files as {@code {"kind": "plain"}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({ @JsonSubTypes.Type(value = PlainEncoder.class, name = "plain"),
        @JsonSubTypes.Type(value = ResidualEncoder.class, name = "residual"),
        @JsonSubTypes.Type(value = ResNetEncoder.class, name = "resnet"),
        @JsonSubTypes.Type(value = MobileNetV2Encoder.class, name = "mobilenetv2") })
public sealed interface EncoderSpec permits PlainEncoder, ResidualEncoder, Backbone {

    /** The word for it on the command line. */
    String word();

    /** What people call a network with it: "residual U-Net". */
    String title();

    /** Adds the encoder to a graph; returns the output of every level, finest first. */
    List<GraphAssembler.Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention);

    /** Most levels that it can have. */
    default int mostLevels() {
        return 5;
    }

    /** The activation of its paper. */
    default Activation activation() {
        return Activation.RELU;
    }

    /**
     * Levels with the widths it usually has.
     *
     * @param inputs
     *            channels of the scan
     * @param strides
     *            stride of every level, finest first, {@link #mostLevels} at most; an encoder with a fixed number of
     *            levels goes on with levels of stride 1
     * @param widths
     *            channels of these levels, for encoders without widths of their own
     */
    default List<StageSpec> stages(int inputs, List<List<Integer>> strides, List<Integer> widths) {
        return java.util.stream.IntStream.range(0, strides.size())
                .mapToObj(i -> StageSpec.uniform(strides.get(i), widths.get(i), i == strides.size() - 1)).toList();
    }

    /**
     * Throws if it cannot have these levels.
     *
     * @throws SeptumException
     *             that says which it can have
     */
    default void requireFit(int inputs, List<StageSpec> stages) {
    }

    /** The words for all encoders. */
    static List<String> words() {
        return List.of("unet", "residual", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "mobilenetv2");
    }

    /** The encoder meant by a word of {@link #words}. */
    static EncoderSpec of(String word) {
        return switch (word) {
            case "unet" -> new PlainEncoder();
            case "residual" -> new ResidualEncoder();
            case "resnet18" -> new ResNetEncoder(18);
            case "resnet34" -> new ResNetEncoder(34);
            case "resnet50" -> new ResNetEncoder(50);
            case "resnet101" -> new ResNetEncoder(101);
            case "resnet152" -> new ResNetEncoder(152);
            case "mobilenetv2" -> new MobileNetV2Encoder();
            default -> throw SeptumException
                    .usage("network \"" + word + "\" is not known; allowed: " + String.join(", ", words()));
        };
    }
}
