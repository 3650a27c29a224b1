package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.MaxPooling;

/**
 * The encoder of U-Net (Ronneberger et al., MICCAI 2015) with normalisation: per level twice (convolution, 3×3 unless
 * the level says otherwise, normalisation, ReLU), attention after the second ReLU, max-pooling between levels.
 */
public record PlainEncoder() implements EncoderSpec {

    @Override
    public String word() {
        return "unet";
    }

    @Override
    public String title() {
        return "U-Net";
    }

    @Override
    public List<GraphAssembler.Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention) {
        List<GraphAssembler.Feature> levels = new ArrayList<>();
        GraphAssembler.Feature x = graph.input();
        for (int i = 0; i < stages.size(); i++) {
            StageSpec stage = stages.get(i);
            String name = "encoder." + (i + 1);
            if (i > 0)
                x = graph.add(name + ".pool", new MaxPooling(stage.stride()), x);
            x = graph.convNormRelu(name + ".a", x, stage.inner(), stage.kernelSizes());
            x = graph.convNormRelu(name + ".b", x, stage.width(), stage.kernelSizes());
            x = attention.ofStage(i).attach(graph, name + ".attention", x);
            if (i >= stages.size() - StageSpec.DROPPED)
                x = graph.dropped(name, x);
            levels.add(x);
        }
        return levels;
    }
}
