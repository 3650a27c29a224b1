package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Convolution;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.OverlappingMaxPooling;

/**
 * ResNet (He et al., CVPR 2016) with 18 or 34 layers of basic blocks (3×3, 3×3) or 50, 101 or 152 of bottlenecks (1×1,
 * 3×3, 1×1). Attention sits behind the last normalisation of a block, before the shortcut is added. Second level: 7×7
 * convolution; third: 3×3 max-pooling and the first stage of blocks; then a stage a level. In 3D every k×k is k×k×k.
 * <p>
 * Differs from the paper: a bottleneck has its stride in the 3×3 convolution, as in the networks that later figures
 * were measured with.
 *
 * @param depth
 *            18, 34, 50, 101 or 152
 */
public record ResNetEncoder(int depth) implements Backbone {

    private record Layout(List<Integer> blocks, List<Integer> kernels) {
    }

    /** Blocks of every stage, and the ECA kernels of the models that the authors of ECA-Net released. */
    private static final Map<Integer, Layout> LAYOUTS = Map.of(18, new Layout(List.of(2, 2, 2, 2), List.of(3, 5, 7, 7)),
            34, new Layout(List.of(3, 4, 6, 3), List.of(3, 3, 5, 7)), 50,
            new Layout(List.of(3, 4, 6, 3), List.of(3, 5, 5, 7)), 101,
            new Layout(List.of(3, 4, 23, 3), List.of(3, 3, 5, 7)), 152,
            new Layout(List.of(3, 8, 36, 3), List.of(3, 3, 5, 7)));

    private static final int FEWEST_OF_BOTTLENECKS = 50;

    public ResNetEncoder {
        if (!LAYOUTS.containsKey(depth))
            throw SeptumException.input("ResNet of depth " + depth + "; allowed: 18, 34, 50, 101, 152");
    }

    private boolean hasBottlenecks() {
        return depth >= FEWEST_OF_BOTTLENECKS;
    }

    @Override
    public String word() {
        return "resnet" + depth;
    }

    @Override
    public String title() {
        return "ResNet-" + depth + " U-Net";
    }

    @Override
    public List<Integer> widths() {
        return hasBottlenecks() ? List.of(64, 256, 512, 1024, 2048) : inner();
    }

    @Override
    public List<Integer> inner() {
        return List.of(64, 64, 128, 256, 512);
    }

    @Override
    public AttentionSpec published(String word) {
        return word.equals("eca") ? new EcaAttention(0, LAYOUTS.get(depth).kernels()) : AttentionSpec.of(word);
    }

    @Override
    public List<Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        StageSpec stem = stages.get(1);
        Feature x = graph.convNormRelu("encoder.2", graph.input(),
                Convolution.strided(graph.input().channels(), stem.width(), 7, stem.stride()));
        List<Feature> levels = new ArrayList<>(List.of(graph.input(), x));
        List<Integer> one = StageSpec.unitStride(graph.dims());
        for (int i = 2; i < stages.size(); i++) {
            String name = "encoder." + (i + 1);
            List<Integer> stride = stages.get(i).stride();
            if (i == 2) {
                x = graph.add(name + ".pool", new OverlappingMaxPooling(stride), x);
                stride = one;
            }
            int blocks = LAYOUTS.get(depth).blocks().get(i - 2);
            for (int b = 0; b < blocks; b++) {
                x = block(graph, name + "." + (b + 1), x, stages.get(i), b == 0 ? stride : one,
                        attention.ofStage(i - 2));
            }
            if (i >= stages.size() - StageSpec.DROPPED)
                x = graph.dropped(name, x);
            levels.add(x);
        }
        return levels;
    }

    private Feature block(GraphAssembler graph, String name, Feature x, StageSpec stage, List<Integer> stride,
            AttentionSpec attention) {
        if (hasBottlenecks())
            return bottleneck(graph, name, x, stage, stride, attention);
        List<Integer> one = StageSpec.unitStride(graph.dims());
        Feature y = graph.convNormRelu(name + ".a", x, Convolution.strided(x.channels(), stage.inner(), 3, stride));
        y = graph.convNorm(name + ".b", y, Convolution.strided(y.channels(), stage.width(), 3, one));
        y = attention.attach(graph, name + ".attention", y);
        return graph.activated(name, ResidualBlock.join(graph, name, x, y, stride));
    }

    /** Gates for pruning judge it by its 3×3 convolution alone, as in the paper of UCP. */
    private static Feature bottleneck(GraphAssembler graph, String name, Feature x, StageSpec stage,
            List<Integer> stride, AttentionSpec attention) {
        List<Integer> one = StageSpec.unitStride(graph.dims());
        int inner = stage.inner();
        Feature a = graph
                .ungated(() -> graph.convNormRelu(name + ".a", x, Convolution.strided(x.channels(), inner, 1, one)));
        Feature b = graph.convNormRelu(name + ".b", a, Convolution.strided(a.channels(), inner, 3, stride));
        return graph.ungated(() -> {
            Feature c = graph.convNorm(name + ".c", b, Convolution.strided(b.channels(), stage.width(), 1, one));
            Feature y = attention.attach(graph, name + ".attention", c);
            return graph.activated(name, ResidualBlock.join(graph, name, x, y, stride));
        });
    }
}
