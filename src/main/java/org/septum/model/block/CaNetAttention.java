package org.septum.model.block;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonIgnore;

import org.septum.core.SeptumException;
import org.septum.model.block.GraphAssembler.Feature;

/**
 * Comprehensive attention (Gu et al., CA-Net, IEEE Transactions on Medical Imaging 40(2), 2021), all of it in the
 * decoder. Spatial: a non-local block where the deepest decoder level joins its inputs, and two gates on the skips of
 * the levels above but the finest. Channel: instead of the two convolutions of a decoder level a block whose channels
 * are gated by their means and maxima. Scale: side outputs of four decoder levels, gated and fused, from which the
 * classes are read.
 * <p>
 * Differs from the paper: poolings are global instead of windows made for one image size; a decoder of one level, whose
 * only skip is the finest, has the two gates on it; a decoder of fewer than four levels fuses as many as it has, and
 * one of more the four finest; with more than four classes every side output has as many maps as there are classes;
 * kernels start as those of all our networks do, scales of normalisations at 1.
 *
 * @param spatial
 *            whether skips are gated and the deepest level has its non-local block
 * @param channel
 *            whether decoder levels have the block with channel attention
 * @param scale
 *            whether the decoder levels are fused
 * @param finestGate
 *            whether the finest skip has a gate too, as the paper's figure shows and the authors' code leaves out
 */
public record CaNetAttention(boolean spatial, boolean channel, boolean scale, boolean finestGate)
        implements AttentionSpec {

    /** Side outputs that are fused. */
    private static final int SCALES = 4;

    /** Maps of a side output. */
    private static final int MAPS = 4;

    /** Channels of the non-local block are divided by this inside it. */
    private static final int REDUCTION = 4;

    /** The scale attention's first normalisation keeps more of its statistics than others. */
    private static final float SLOW = 0.99f;

    private static final String PREFIX = "canet-";

    public CaNetAttention {
        if (!spatial && !channel && !scale) {
            throw SeptumException.input("CA-Net attention with nothing switched on; give spatial, channel or scale,"
                    + " or use the attention none");
        }
    }

    /** All three, as in the authors' code. */
    public CaNetAttention() {
        this(true, true, true, false);
    }

    /** The parts that a word names: canet, canet-spatial, canet-spatial+scale … */
    static Optional<CaNetAttention> of(String word) {
        if (word.equals("canet"))
            return Optional.of(new CaNetAttention());
        List<String> parts = word.startsWith(PREFIX) ? List.of(word.substring(PREFIX.length()).split("\\+"))
                : List.of();
        Set<String> known = Set.of("spatial", "channel", "scale");
        if (parts.isEmpty() || !known.containsAll(parts))
            return Optional.empty();
        return Optional.of(new CaNetAttention(parts.contains("spatial"), parts.contains("channel"),
                parts.contains("scale"), false));
    }

    /** True if all three are on. */
    @JsonIgnore
    public boolean isWhole() {
        return spatial && channel && scale;
    }

    @Override
    public String word() {
        if (isWhole())
            return "canet";
        List<String> parts = new ArrayList<>();
        if (spatial)
            parts.add("spatial");
        if (channel)
            parts.add("channel");
        if (scale)
            parts.add("scale");
        return PREFIX + String.join("+", parts);
    }

    @Override
    public String title() {
        return "CA-Net" + word().substring(PREFIX.length() - 1).replace('-', ' ');
    }

    /** Encoders stay as they are. */
    @Override
    public Feature attach(GraphAssembler graph, String name, Feature x) {
        return x;
    }

    @Override
    public Feature skip(GraphAssembler graph, DecoderLevel level, Feature skip, Feature coarser) {
        boolean inside = level.level() > 0 && !level.isDeepest();
        if (!spatial)
            return skip;
        if (inside || level.levels() == 1)
            return twoGates(graph, level.name() + ".spatial", skip, coarser);
        return finestGate && level.level() == 0 ? gated(graph, level.name() + ".spatial", skip, coarser) : skip;
    }

    /** y = norm(conv(α · x)) with α = sigmoid(conv(relu(conv(x) + resized conv(g)))), one map for all channels. */
    static Feature gated(GraphAssembler graph, String name, Feature skip, Feature gating) {
        int dims = graph.dims();
        int inner = skip.planned();
        Feature t = graph.add(name + ".skip", Convolution.of(dims, skip.channels(), inner, 1), skip);
        Feature g = graph.add(name + ".gating", Convolution.of(dims, gating.channels(), inner, 1), gating);
        Feature p = graph.add(name + ".resize", new LinearResize(), g, t);
        Feature sum = graph.activated(name, graph.add(name + ".add", new Addition(), t, p));
        Feature z = graph.add(name + ".map", Convolution.of(dims, sum.channels(), 1, 1), sum);
        Feature alpha = graph.add(name + ".gate", new Sigmoid(), z);
        Feature y = graph.add(name + ".scale", new Gating(), skip, alpha);
        return graph.convNorm(name + ".out", y, Convolution.of(dims, y.channels(), skip.planned(), 1));
    }

    /** Two gates on the same skip, joined by a 1×1 convolution. */
    static Feature twoGates(GraphAssembler graph, String name, Feature skip, Feature gating) {
        Feature a = gated(graph, name + ".1", skip, gating);
        Feature b = gated(graph, name + ".2", skip, gating);
        Feature both = graph.add(name + ".concat", new Concatenation(), a, b);
        return graph.convNormRelu(name + ".combine", both,
                Convolution.of(graph.dims(), both.channels(), skip.planned(), 1));
    }

    @Override
    public Feature joined(GraphAssembler graph, DecoderLevel level, Feature x) {
        // at the finest level every position would have to look at every other
        boolean here = spatial && level.isDeepest() && level.level() > 0;
        return here ? nonLocal(graph, level.name() + ".nonlocal", x, level.stride()) : x;
    }

    /** out = x + norm(conv(attention)); keys and values are taken from windows of the given size. */
    static Feature nonLocal(GraphAssembler graph, String name, Feature x, List<Integer> window) {
        int dims = graph.dims();
        int inner = Math.max(1, x.planned() / REDUCTION);
        Convolution conv = Convolution.of(dims, x.channels(), inner, 1);
        Feature q = graph.add(name + ".query", conv, x);
        Feature k = graph.add(name + ".keypool", new MaxPooling(window), graph.add(name + ".key", conv, x));
        Feature v = graph.add(name + ".valuepool", new MaxPooling(window), graph.add(name + ".value", conv, x));
        Feature y = graph.add(name + ".attention", new DotProductAttention(), q, k, v);
        Feature out = graph.convNorm(name + ".out", y, Convolution.of(dims, y.channels(), x.planned(), 1));
        return graph.add(name + ".add", new Addition(), out, x);
    }

    @Override
    public Feature decoded(GraphAssembler graph, DecoderLevel level, Feature x, int inner, int width) {
        Feature y = channel ? channelBlock(graph, level.name(), x, width, level.kernel())
                : AttentionSpec.super.decoded(graph, level, x, inner, width);
        return level.isDeepest() ? graph.dropped(level.name(), y) : y;
    }

    /** The block with channel attention: {@code width} channels out, twice as many where they are gated. */
    static Feature channelBlock(GraphAssembler graph, String name, Feature x, int width, List<Integer> kernel) {
        int dims = graph.dims();
        List<Integer> one = Collections.nCopies(dims, 1);
        int wide = 2 * width;
        Feature a = graph.convNormRelu(name + ".a", x, Convolution.strided(x.channels(), width, kernel, one));
        Feature u = graph.convNorm(name + ".b", a, Convolution.strided(a.channels(), wide, kernel, one));
        Feature r = graph.convNorm(name + ".shortcut", x, Convolution.strided(x.channels(), wide, 1, one));
        Feature mean = gate(graph, name + ".mean", name + ".mean", graph.add(name + ".mean", new GlobalAverage(), u));
        Feature max = gate(graph, name + ".max", name + ".mean", graph.add(name + ".max", new GlobalMaximum(), u));
        Feature gates = graph.add(name + ".gates", new Addition(), graph.add(name + ".mean.gate", new Sigmoid(), mean),
                graph.add(name + ".max.gate", new Sigmoid(), max));
        Feature scaled = graph.add(name + ".scale", new Gating(), u, gates);
        Feature y = graph.activated(name, graph.add(name + ".add", new Addition(), scaled, r));
        return graph.convNormRelu(name + ".c", y, Convolution.strided(y.channels(), width, kernel, one));
    }

    /** Two fully connected layers, a quarter of the channels between them; {@code weights} names whose they are. */
    private static Feature gate(GraphAssembler graph, String name, String weights, Feature x) {
        int hidden = Math.max(1, x.planned() / 4);
        Feature h = graph.shared(name + ".fc1", weights + ".fc1", new Linear(x.channels(), hidden, true), x);
        Feature active = graph.add(name + ".relu", new Relu(), h);
        return graph.shared(name + ".fc2", weights + ".fc2", new Linear(active.channels(), x.planned(), true), active);
    }

    @Override
    public Feature fused(GraphAssembler graph, List<Feature> levels, int classes) {
        return scale ? graph.fixed(() -> fusedSides(graph, levels, classes)) : levels.get(0);
    }

    private static Feature fusedSides(GraphAssembler graph, List<Feature> levels, int classes) {
        int scales = Math.min(SCALES, levels.size());
        int maps = Math.max(MAPS, classes);
        List<Feature> sides = new ArrayList<>();
        for (int i = 0; i < scales; i++) {
            Feature level = levels.get(i);
            Feature side = graph.add("side." + (i + 1), Convolution.of(graph.dims(), level.channels(), maps, 1), level);
            sides.add(i == 0 ? side : graph.add("side." + (i + 1) + ".resize", new LinearResize(), side, sides.get(0)));
        }
        Feature all = graph.add("scale.concat", new Concatenation(), sides.toArray(Feature[]::new));
        return scaleAttention(graph, "scale", all, scales);
    }

    /** Side outputs, the maps of a scale next to each other, finest first, to the maps of one. */
    static Feature scaleAttention(GraphAssembler graph, String name, Feature x, int scales) {
        List<Integer> one = Collections.nCopies(graph.dims(), 1);
        int maps = x.planned() / scales;
        Feature mean = gate(graph, name + ".mean", name + ".mean", graph.add(name + ".mean", new GlobalAverage(), x));
        Feature max = gate(graph, name + ".max", name + ".mean", graph.add(name + ".max", new GlobalMaximum(), x));
        Feature sum = graph.add(name + ".sum", new Addition(), mean, max);
        Feature gamma = graph.add(name + ".gamma", new Sigmoid(),
                graph.add(name + ".group", new ChannelGroupMean(scales), sum));
        Feature x1 = graph.add(name + ".scale", new Gating(), x, gamma);
        Feature p = graph.add(name + ".a.conv", Convolution.strided(x.channels(), scales, 3, one), x1);
        p = graph.activated(name + ".a", graph.normalized(name + ".a.norm", p, SLOW));
        p = graph.activated(name + ".b", graph.add(name + ".b.conv", Convolution.strided(scales, scales, 1, one), p));
        Feature map = graph.add(name + ".maps", new Sigmoid(), p);
        Feature x2 = graph.add(name + ".inner", new Addition(), graph.add(name + ".weighted", new Gating(), x1, map),
                x1);
        Feature y = graph.activated(name, graph.add(name + ".outer", new Addition(), x2, x));
        return graph.convNormRelu(name + ".c", y, Convolution.strided(y.channels(), maps, 3, one));
    }
}
