package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.block.Activation;
import org.septum.model.block.Addition;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Convolution;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.SqueezeExcitation;

/**
 * MobileNetV2 (Sandler et al., CVPR 2018): inverted residual blocks of a 1×1 convolution that widens, a depthwise 3×3
 * convolution and a linear 1×1 convolution that narrows, with ReLU6 between them. Attention is the last operation of a
 * block's branch, also where the block has no shortcut. The inner width of the second level is that of its first
 * convolution; of the fifth and sixth level, that of the blocks before the last group; the others have none. In 3D
 * every k×k is k×k×k.
 */
public record MobileNetV2Encoder() implements Backbone {

    /** Channels of the last convolution before the classifier; a U-Net goes without it. */
    private static final int FEATURES = 1280;

    private static final int EXPANSION = 6;

    /**
     * Some equal blocks.
     *
     * @param level
     *            index of their level
     * @param inner
     *            whether they have the level's inner width instead of its width
     * @param blocks
     *            how many
     */
    private record Group(int level, boolean inner, int blocks) {
    }

    private static final List<Group> GROUPS = List.of(new Group(1, false, 1), new Group(2, false, 2),
            new Group(3, false, 3), new Group(4, true, 4), new Group(4, false, 3), new Group(5, true, 3),
            new Group(5, false, 1));

    @Override
    public String word() {
        return "mobilenetv2";
    }

    @Override
    public String title() {
        return "MobileNetV2 U-Net";
    }

    @Override
    public Activation activation() {
        return Activation.RELU6;
    }

    @Override
    public List<Integer> widths() {
        return List.of(16, 24, 32, 96, 320);
    }

    @Override
    public List<Integer> inner() {
        return List.of(32, 24, 32, 64, 160);
    }

    @Override
    public AttentionSpec published(String word) {
        return switch (word) {
            case "se" -> new SqueezeExcitation(8, false);
            case "eca" -> new EcaAttention(0, List.of(1, 1, 1, 1, 3, 3, 3));
            default -> AttentionSpec.of(word);
        };
    }

    @Override
    public List<Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        StageSpec stem = stages.get(1);
        List<Integer> one = StageSpec.unitStride(graph.dims());
        Feature x = graph.convNormRelu("encoder.2.stem", graph.input(),
                Convolution.strided(graph.input().channels(), stem.inner(), 3, stem.stride()));
        List<Feature> levels = new ArrayList<>(List.of(graph.input()));
        int block = 0;
        for (int g = 0; g < GROUPS.size(); g++) {
            Group group = GROUPS.get(g);
            StageSpec stage = stages.get(group.level());
            if (g > 0 && GROUPS.get(g - 1).level() != group.level())
                block = 0;
            for (int b = 0; b < group.blocks(); b++) {
                block++;
                String name = "encoder." + (group.level() + 1) + "." + block;
                x = block(graph, name, x, group.inner() ? stage.inner() : stage.width(),
                        block > 1 || g == 0 ? one : stage.stride(), attention.ofStage(g));
            }
            if (!group.inner()) {
                if (group.level() >= stages.size() - StageSpec.DROPPED)
                    x = graph.dropped("encoder." + (group.level() + 1), x);
                levels.add(x);
            }
        }
        return levels;
    }

    private static Feature block(GraphAssembler graph, String name, Feature x, int width, List<Integer> stride,
            AttentionSpec attention) {
        List<Integer> one = StageSpec.unitStride(graph.dims());
        Feature y = x;
        if (!name.equals("encoder.2.1"))
            y = graph.convNormRelu(name + ".a", x, Convolution.strided(x.channels(), EXPANSION * x.planned(), 1, one));
        y = graph.convNormRelu(name + ".b", y, Convolution.depthwise(y.channels(), 3, stride));
        y = graph.convNorm(name + ".c", y, Convolution.strided(y.channels(), width, 1, one));
        y = attention.attach(graph, name + ".attention", y);
        boolean same = x.planned() == width && stride.equals(one);
        return same ? graph.add(name + ".add", new Addition(), y, x) : y;
    }

    @Override
    public Feature attachFeatures(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        Feature x = Backbone.super.attachFeatures(graph, stages, attention);
        return graph.convNormRelu("encoder.last", x,
                Convolution.strided(x.channels(), FEATURES, 1, StageSpec.unitStride(graph.dims())));
    }
}
