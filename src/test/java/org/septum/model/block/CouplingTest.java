package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers declare of channels fits what they declare of shapes and weights. */
class CouplingTest {

    @ParameterizedTest
    @MethodSource("org.septum.model.block.LayerContractTest#layers")
    void declaredChannelsAreThoseOfTheShapesAndWeights(Layer layer, List<TensorShape> inputs) {
        List<Integer> channels = inputs.stream().map(TensorShape::channels).toList();
        int out = layer.output(inputs).channels();
        Coupling coupling = layer.coupling(channels);

        int declared = coupling.made() + coupling.carried().stream().mapToInt(channels::get).sum();
        assertThat(declared).isEqualTo(out);
        assertThat(coupling.tied()).allSatisfy(i -> assertThat(channels.get(i)).isEqualTo(channels.get(0)));
        Map<String, WeightSpec> weights = new HashMap<>();
        layer.weights().forEach(w -> weights.put(w.name(), w));
        assertThat(coupling.axes()).allSatisfy(a -> {
            int expected = a.input() == Coupling.OUTPUT ? out : channels.get(a.input());
            assertThat(weights.get(a.weight()).shape().get(a.axis())).as(a.toString()).isEqualTo(expected);
        });
    }

    @Test
    void gatesForWholeChannelsAreTiedAMapForAllIsNotAndGroupsCannotBeCut() {
        assertThat(new Gating().coupling(List.of(6, 6)).tied()).containsExactly(0, 1);
        assertThat(new Gating().coupling(List.of(6, 1))).isEqualTo(Coupling.passing());
        assertThat(new Gating().coupling(List.of(6, 3)).fixed()).isTrue();
        assertThat(new ChannelGroupMean(3).coupling(List.of(6)).fixed()).isTrue();
    }

    @Test
    void queriesAndKeysAreTiedAndValuesPassOn() {
        Coupling coupling = new DotProductAttention().coupling(List.of(3, 3, 5));
        assertThat(coupling.tied()).containsExactly(0, 1);
        assertThat(coupling.carried()).containsExactly(2);
        assertThat(coupling.exact()).isTrue();
    }

    @Test
    void aConvolutionInGroupsThatIsNotDepthwiseCannotBeCut() {
        assertThat(new Convolution(6, 4, List.of(3, 3), List.of(1, 1), 2, false).coupling(List.of(6)).fixed()).isTrue();
        assertThat(Convolution.depthwise(6, 3, List.of(1, 1)).coupling(List.of(6)).carried()).containsExactly(0);
    }

    @Test
    void anUpConvolutionHasItsInputsAlongTheFirstAxis() {
        assertThat(new UpConvolution(6, 5, List.of(2, 2)).coupling(List.of(6)).axes()).containsExactlyInAnyOrder(
                new Coupling.Axis("weight", 0, 0), new Coupling.Axis("weight", 1, Coupling.OUTPUT),
                new Coupling.Axis("bias", 0, Coupling.OUTPUT));
    }

    @Test
    void onlyInstancesKeepChannelsApartWhenThereAreFewer() {
        assertThat(Normalization.INSTANCE.layer(8).coupling(List.of(8)).exact()).isTrue();
        assertThat(Normalization.GROUP.layer(8).coupling(List.of(8)).exact())
                .as("8 groups of one channel, but 6 channels would have 2 groups").isFalse();
        assertThat(new ChannelConvolution(3).coupling(List.of(8)).exact()).isFalse();
    }

    @Test
    void aLayerCannotBothMakeAndCarry() {
        assertThatThrownBy(() -> new Coupling(0, List.of(), List.of(), List.of(), true, false))
                .hasMessageContaining("either");
        assertThatThrownBy(() -> new Coupling(2, List.of(0), List.of(), List.of(), true, false))
                .hasMessageContaining("either");
    }
}
