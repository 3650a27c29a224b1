package org.septum.model;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;

import org.septum.core.SeptumException;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Concatenation;
import org.septum.model.block.Convolution;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.Normalization;
import org.septum.model.block.UpConvolution;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

/**
 * Everything there is to know of a network but its weights.
 *
 * @param dims
 *            2 or 3 spatial axes
 * @param inputs
 *            channels of the input
 * @param classes
 *            channels of the output, background included
 * @param encoder
 *            the contracting half
 * @param attention
 *            what follows each double convolution
 * @param normalization
 *            what follows each convolution; batch where a file does not say
 * @param activation
 *            what follows each normalisation; that of the encoder's paper where a file does not say
 * @param stages
 *            resolution levels, finest first
 */
public record NetworkSpec(int dims, int inputs, int classes, EncoderSpec encoder, AttentionSpec attention,
        Normalization normalization, Activation activation, List<StageSpec> stages) {

    public NetworkSpec {
        stages = List.copyOf(stages);
        if (dims != 2 && dims != 3)
            throw SeptumException.input("network with " + dims + " dims; allowed: 2, 3");
        if (inputs < 1 || classes < 2 || stages.isEmpty()) {
            throw SeptumException.input("network with " + inputs + " inputs, " + classes + " classes and "
                    + stages.size() + " levels; it needs at least 1 input, 2 classes and 1 level");
        }
        normalization = normalization == null ? Normalization.BATCH : normalization;
        activation = activation == null ? encoder.activation() : activation;
        requireUsable(dims, stages);
        encoder.requireFit(inputs, stages);
    }

    /** With batch normalisation and the activation of the encoder's paper. */
    public NetworkSpec(int dims, int inputs, int classes, EncoderSpec encoder, AttentionSpec attention,
            List<StageSpec> stages) {
        this(dims, inputs, classes, encoder, attention, Normalization.BATCH, encoder.activation(), stages);
    }

    private static void requireUsable(int dims, List<StageSpec> stages) {
        for (int i = 0; i < stages.size(); i++) {
            StageSpec stage = stages.get(i);
            if (stage.stride().size() != dims) {
                throw SeptumException.input("stride " + stage.stride() + " in a network with " + dims
                        + " dims; give one factor for each spatial axis");
            }
            if (i == 0 && !stage.stride().equals(StageSpec.unitStride(dims))) {
                throw SeptumException.input("stride " + stage.stride()
                        + " of the first level; it sees the scan itself, so each factor must be 1");
            }
            boolean decoded = stage.up() > 0 && stage.decoderInner() > 0 && stage.decoderWidth() > 0;
            if (i < stages.size() - 1 && !decoded) {
                throw SeptumException.input("level " + (i + 1) + " of " + stages.size() + " with decoder widths "
                        + stage.up() + ", " + stage.decoderInner() + ", " + stage.decoderWidth()
                        + "; every level but the deepest needs at least 1 channel each");
            }
        }
    }

    /** A U-Net with the given widths, finest level first, halved along every axis from level to level. */
    public static NetworkSpec unet(int dims, int inputs, int classes, List<Integer> widths, AttentionSpec attention) {
        return new NetworkSpec(dims, inputs, classes, new PlainEncoder(), attention,
                new PlainEncoder().stages(inputs, StageSpec.halving(dims, widths.size()), widths));
    }

    /** The network as a graph of primitive layers, ending in logits (N, classes, S). */
    public NetworkGraph graph() {
        GraphAssembler graph = new GraphAssembler(dims, inputs, normalization, activation);
        List<Feature> levels = encoder.attach(graph, stages, attention);
        Feature x = levels.get(levels.size() - 1);
        for (int i = stages.size() - 2; i >= 0; i--) {
            StageSpec stage = stages.get(i);
            String name = "decoder." + (i + 1);
            UpConvolution up = new UpConvolution(x.channels(), stage.up(), stages.get(i + 1).stride());
            x = graph.add(name + ".up", up, x);
            x = graph.add(name + ".concat", new Concatenation(), levels.get(i), x);
            x = graph.convNormRelu(name + ".a", x, stage.decoderInner(), 3);
            x = graph.convNormRelu(name + ".b", x, stage.decoderWidth(), 3);
            x = attention.attach(graph, name + ".attention", x);
        }
        graph.add("head", Convolution.of(dims, x.channels(), classes, 1), x);
        return graph.graph();
    }

    /** This network with another normalisation and activation. */
    public NetworkSpec with(Normalization other, Activation next) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, other, next, stages);
    }

    /** Sizes of the input must be multiples of these, in tensor order. */
    @JsonIgnore
    public List<Integer> sizeDivisor() {
        List<Integer> divisor = new ArrayList<>();
        for (int d = 0; d < dims; d++) {
            int product = 1;
            for (StageSpec stage : stages)
                product *= stage.stride().get(d);
            divisor.add(product);
        }
        return divisor;
    }

    /** "3D U-Net, ECA, widths 16-32-64", for people. */
    public String describe() {
        List<String> widths = stages.stream().map(s -> String.valueOf(s.width())).toList();
        String suffix = attention.word().equals("none") ? ""
                : ", " + attention.word().toUpperCase(java.util.Locale.ROOT);
        if (normalization != Normalization.BATCH)
            suffix += ", " + normalization.word() + " normalisation";
        if (activation != encoder.activation())
            suffix += ", " + activation.word();
        return dims + "D " + encoder.title() + suffix + ", widths " + String.join("-", widths);
    }
}
