package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.septum.model.NetworkSpec;

class ActivationMemoryTest {

    /** Bytes of one channel of 4 × 6 positions. */
    private static final long CHANNEL = 96;

    @Test
    void ofOneLevelIsThatCountedByHand() {
        NetworkGraph graph = NetworkSpec.unet(2, 1, 2, List.of(3), new NoAttention()).graph();
        // in use: the input, a layer's input, its output; in training: the input, twice three layers, the head
        assertThat(graph.memory(List.of(4, 6)))
                .isEqualTo(new ActivationMemory((1 + 3 + 3) * CHANNEL, (1 + 2 * 3 * 3 + 2) * CHANNEL));
    }

    @Test
    void ofTwoLevelsIsThatCountedByHand() {
        NetworkGraph graph = NetworkSpec.unet(2, 1, 2, List.of(3, 5), new NoAttention()).graph();
        // most at the concatenation: the input, the skip, the up-convolution, the concatenation
        long inUse = (1 + 3 + 3 + 6) * CHANNEL;
        long fine = 1 + 2 * 3 * 3 + 3 + 6 + 2 * 3 * 3 + 2;
        long coarse = 3 + 2 * 3 * 5;
        assertThat(graph.memory(List.of(4, 6)))
                .isEqualTo(new ActivationMemory(inUse, fine * CHANNEL + coarse * CHANNEL / 4));
    }

    @Test
    void aTensorThatIsReadTwiceByOneLayerIsFreedOnce() {
        GraphAssembler graph = new GraphAssembler(2, 1);
        GraphAssembler.Feature x = graph.add("a", Convolution.of(2, 1, 4, 1), graph.input());
        GraphAssembler.Feature y = graph.add("add", new Addition(), x, x);
        graph.add("wide", Convolution.of(2, 4, 20, 1), y);
        assertThat(graph.graph().memory(List.of(4, 6)).inUse()).isEqualTo((1 + 4 + 20) * CHANNEL);
    }

    /** Of three levels of the decoder, the two coarser ones put out classes. */
    @Test
    void whatOnlyTrainingLooksAtCountsInTrainingOnly() {
        NetworkSpec plain = NetworkSpec.unet(2, 1, 2, List.of(3, 3, 5, 5), new NoAttention());
        ActivationMemory without = plain.graph().memory(List.of(16, 24));
        ActivationMemory with = plain.withDeepSupervision(true).graph().memory(List.of(16, 24));
        assertThat(with.inUse()).isEqualTo(without.inUse());
        assertThat(with.training() - without.training()).as("2 classes at a half and a quarter of the size")
                .isEqualTo(4 * 2 * (8 * 12 + 4 * 6));
    }
}
