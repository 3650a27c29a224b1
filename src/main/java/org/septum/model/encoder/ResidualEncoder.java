package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Convolution;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;

/**
 * The encoder of U-Net with residual blocks (He et al., CVPR 2016): per level a strided 3×3 convolution, normalisation,
 * activation, a second 3×3 convolution and normalisation, attention, then the sum with the shortcut and an activation.
 * Levels are reached by strides, not by pooling.
 */
public record ResidualEncoder() implements EncoderSpec {

    @Override
    public String word() {
        return "residual";
    }

    @Override
    public String title() {
        return "residual U-Net";
    }

    @Override
    public List<Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        List<Feature> levels = new ArrayList<>();
        Feature x = graph.input();
        for (int i = 0; i < stages.size(); i++) {
            x = level(graph, "encoder." + (i + 1), x, stages.get(i), attention.ofStage(i));
            if (i >= stages.size() - StageSpec.DROPPED)
                x = graph.dropped("encoder." + (i + 1), x);
            levels.add(x);
        }
        return levels;
    }

    private static Feature level(GraphAssembler graph, String name, Feature x, StageSpec stage,
            AttentionSpec attention) {
        Feature y = graph.convNormRelu(name + ".a", x,
                Convolution.strided(x.channels(), stage.inner(), stage.kernelSizes(), stage.stride()));
        y = graph.convNorm(name + ".b", y, Convolution.strided(y.channels(), stage.width(), stage.kernelSizes(),
                StageSpec.unitStride(graph.dims())));
        y = attention.attach(graph, name + ".attention", y);
        return graph.activated(name, ResidualBlock.join(graph, name, x, y, stage.stride()));
    }
}
