package org.septum.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import org.septum.core.SeptumException;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.AttentionSpec.DecoderLevel;
import org.septum.model.block.CaNetAttention;
import org.septum.model.block.Concatenation;
import org.septum.model.block.Convolution;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;
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
 *            which, and where
 * @param normalization
 *            what follows each convolution; batch where a file does not say
 * @param activation
 *            what follows each normalisation; that of the encoder's paper where a file does not say
 * @param dropout
 *            share of channels that the two deepest levels of the encoder and, with CA-Net's attention, the deepest of
 *            the decoder drop in training; 0 for none
 * @param deepSupervision
 *            whether all levels of the decoder put out classes in training
 * @param stages
 *            resolution levels, finest first
 * @param widths
 *            channels that single layers put out instead of those that follow from the stages, by the names of their
 *            nodes ("encoder.2.a.conv"): how a pruned network is described
 * @param pruningGates
 *            whether a {@link org.septum.model.block.PruningGate} stands behind every convolution whose channels could
 *            be fewer: for a training that is to tell which
 */
public record NetworkSpec(int dims, int inputs, int classes, EncoderSpec encoder, AttentionSpec attention,
        Normalization normalization, Activation activation,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double dropout,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean deepSupervision, List<StageSpec> stages,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Integer> widths,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean pruningGates) {

    /** Dropout of CA-Net. */
    private static final double CANET_DROPOUT = 0.5;

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
        widths = widths == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(widths));
        if (!(dropout >= 0 && dropout < 1))
            throw SeptumException.input("network with dropout " + dropout + "; allowed: 0 to below 1");
        requireUsable(dims, stages);
        encoder.requireFit(inputs, stages);
    }

    /** From a file, in which what is not said is not there. */
    @JsonCreator
    static NetworkSpec read(@JsonProperty("dims") int dims, @JsonProperty("inputs") int inputs,
            @JsonProperty("classes") int classes, @JsonProperty("encoder") EncoderSpec encoder,
            @JsonProperty("attention") AttentionSpec attention,
            @JsonProperty("normalization") Normalization normalization,
            @JsonProperty("activation") Activation activation, @JsonProperty("dropout") Double dropout,
            @JsonProperty("deepSupervision") Boolean deepSupervision, @JsonProperty("stages") List<StageSpec> stages,
            @JsonProperty("widths") Map<String, Integer> widths, @JsonProperty("pruningGates") Boolean pruningGates) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, normalization, activation,
                dropout == null ? 0 : dropout, deepSupervision != null && deepSupervision, stages, widths,
                pruningGates != null && pruningGates);
    }

    /** With batch normalisation and the activation of the encoder's paper. */
    public NetworkSpec(int dims, int inputs, int classes, EncoderSpec encoder, AttentionSpec attention,
            List<StageSpec> stages) {
        this(dims, inputs, classes, encoder, attention, Normalization.BATCH, encoder.activation(), 0, false, stages,
                Map.of(), false);
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
        // a convolution keeps its gate also when it is left with a single channel
        Set<String> gated = pruningGates ? PruningGates.places(graph(Map.of(), Set.of())) : Set.of();
        return graph(widths, gated);
    }

    private NetworkGraph graph(Map<String, Integer> set, Set<String> gated) {
        GraphAssembler graph = new GraphAssembler(dims, inputs,
                new GraphAssembler.Style(normalization, activation, dropout, set, gated));
        List<Feature> levels = encoder.attach(graph, stages, attention);
        Feature x = levels.get(levels.size() - 1);
        List<Feature> decoded = new ArrayList<>();
        for (int i = stages.size() - 2; i >= 0; i--) {
            x = decoded(graph, i, levels.get(i), x);
            decoded.add(0, x);
        }
        for (int i = 1; deepSupervision && i < decoded.size(); i++)
            graph.auxiliary(head(graph, "decoder." + (i + 1) + ".head", decoded.get(i)));
        head(graph, "head", decoded.isEmpty() ? x : attention.fused(graph, decoded, classes));
        return graph.graph();
    }

    private Feature decoded(GraphAssembler graph, int i, Feature skip, Feature coarser) {
        StageSpec stage = stages.get(i);
        List<Integer> stride = stages.get(i + 1).stride();
        DecoderLevel level = new DecoderLevel("decoder." + (i + 1), i, stages.size() - 1, stride, stage.kernelSizes());
        Feature up = graph.add(level.name() + ".up", new UpConvolution(coarser.channels(), stage.up(), stride),
                coarser);
        Feature gated = attention.skip(graph, level, skip, coarser);
        Feature both = graph.add(level.name() + ".concat", new Concatenation(), gated, up);
        return attention.decoded(graph, level, attention.joined(graph, level, both), stage.decoderInner(),
                stage.decoderWidth());
    }

    private Feature head(GraphAssembler graph, String name, Feature x) {
        return graph.add(name, Convolution.of(dims, x.channels(), classes, 1), x);
    }

    /** CA-Net with its dropout: a plain encoder, all three attentions; widths as published are 16, 32 … 256. */
    public NetworkSpec asCaNet() {
        return new NetworkSpec(dims, inputs, classes, new PlainEncoder(), new CaNetAttention(), normalization,
                activation, CANET_DROPOUT, deepSupervision, stages, widths, pruningGates);
    }

    /** This network with another normalisation and activation. */
    public NetworkSpec with(Normalization other, Activation next) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, other, next, dropout, deepSupervision, stages,
                widths, pruningGates);
    }

    /** This network with another attention. */
    public NetworkSpec withAttention(AttentionSpec other) {
        return new NetworkSpec(dims, inputs, classes, encoder, other, normalization, activation, dropout,
                deepSupervision, stages, widths, pruningGates);
    }

    /** This network for another number of classes. */
    public NetworkSpec withClasses(int other) {
        return new NetworkSpec(dims, inputs, other, encoder, attention, normalization, activation, dropout,
                deepSupervision, stages, widths, pruningGates);
    }

    /** This network with or without deep supervision. */
    public NetworkSpec withDeepSupervision(boolean on) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, normalization, activation, dropout, on,
                stages, widths, pruningGates);
    }

    /** This network with another dropout. */
    public NetworkSpec withDropout(double other) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, normalization, activation, other,
                deepSupervision, stages, widths, pruningGates);
    }

    /** This network with other widths of single layers. */
    public NetworkSpec withWidths(Map<String, Integer> other) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, normalization, activation, dropout,
                deepSupervision, stages, other, pruningGates);
    }

    /** This network with or without gates for pruning; what else it has keeps its names. */
    public NetworkSpec withPruningGates(boolean on) {
        return new NetworkSpec(dims, inputs, classes, encoder, attention, normalization, activation, dropout,
                deepSupervision, stages, widths, on);
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
        boolean canet = encoder instanceof PlainEncoder && attention instanceof CaNetAttention a && a.isWhole();
        String suffix = canet || attention instanceof NoAttention ? "" : ", " + attention.title();
        if (normalization != Normalization.BATCH)
            suffix += ", " + normalization.word() + " normalisation";
        if (activation != encoder.activation())
            suffix += ", " + activation.word();
        if (dropout > 0)
            suffix += ", dropout " + dropout;
        if (deepSupervision)
            suffix += ", deep supervision";
        if (!this.widths.isEmpty())
            suffix += ", pruned";
        if (pruningGates)
            suffix += ", gates for pruning";
        return dims + "D " + (canet ? attention.title() : encoder.title()) + suffix + ", widths "
                + String.join("-", widths);
    }
}
