package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;

/**
 * An encoder that was published as a network for classification. It has six levels: the first is the scan itself, whose
 * skip gives the decoder back the resolution that the first strided convolution takes away; the second is what that
 * convolution yields. Widths of the decoder are 16, 32, 64, 128, 256.
 */
public sealed interface Backbone extends EncoderSpec permits ResNetEncoder, MobileNetV2Encoder {

    /** Number of levels. */
    int LEVELS = 6;

    /** Channels that each level puts out, from the second on. */
    List<Integer> widths();

    /** Channels inside each level, from the second on; see {@link StageSpec#inner}. */
    List<Integer> inner();

    /**
     * The attention with the settings with which its figures were published.
     *
     * @param word
     *            one of {@link AttentionSpec#words}
     */
    AttentionSpec published(String word);

    /** Adds the network up to the pooling before its classifier. */
    default Feature attachFeatures(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        return attach(graph, stages, attention).get(stages.size() - 1);
    }

    @Override
    default int mostLevels() {
        return LEVELS;
    }

    @Override
    default List<StageSpec> stages(int inputs, List<List<Integer>> strides, List<Integer> ignored) {
        int dims = strides.get(0).size();
        List<StageSpec> stages = new ArrayList<>();
        for (int i = 0; i < LEVELS; i++) {
            List<Integer> stride = i < strides.size() ? strides.get(i) : StageSpec.unitStride(dims);
            int decoder = i == LEVELS - 1 ? 0 : 16 << i;
            stages.add(i == 0 ? new StageSpec(stride, inputs, inputs, decoder, decoder, decoder)
                    : new StageSpec(stride, inner().get(i - 1), widths().get(i - 1), decoder, decoder, decoder));
        }
        return stages;
    }

    /** The levels of the published network: each halves every axis. */
    default List<StageSpec> publishedStages(int dims, int inputs) {
        return stages(inputs, StageSpec.halving(dims, LEVELS), List.of());
    }

    @Override
    default void requireFit(int inputs, List<StageSpec> stages) {
        if (stages.size() != LEVELS || stages.get(0).width() != inputs) {
            throw SeptumException.input(title() + " with " + stages.size() + " levels and width "
                    + stages.get(0).width() + " of the first; it needs " + LEVELS + " levels, and the first has the "
                    + inputs + " channels of the scan");
        }
    }
}
