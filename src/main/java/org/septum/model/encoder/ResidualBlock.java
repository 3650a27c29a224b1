package org.septum.model.encoder;

import java.util.List;

import org.septum.model.block.Addition;
import org.septum.model.block.Convolution;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;

/** The second half of a residual block. */
final class ResidualBlock {

    private ResidualBlock() {
    }

    /**
     * Adds a block's input to its branch. Where channels or size differ the input passes a strided 1×1 convolution and
     * a normalisation first.
     */
    static Feature join(GraphAssembler graph, String name, Feature input, Feature branch, List<Integer> stride) {
        boolean same = input.planned() == branch.planned() && stride.stream().allMatch(s -> s == 1);
        Feature shortcut = same ? input
                : graph.convNorm(name + ".shortcut", input,
                        Convolution.strided(input.channels(), branch.planned(), 1, stride));
        return graph.add(name + ".add", new Addition(), branch, shortcut);
    }
}
