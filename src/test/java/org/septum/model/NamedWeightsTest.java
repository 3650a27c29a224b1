package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;

class NamedWeightsTest {

    private static final NetworkGraph GRAPH = NetworkSpec.unet(2, 3, 2, List.of(8, 16), AttentionSpec.of("eca"))
            .graph();

    @Test
    void initialWeightsDependOnTheSeedAlone() {
        assertThat(NamedWeights.initial(GRAPH, 5)).isEqualTo(NamedWeights.initial(GRAPH, 5))
                .hasSameHashCodeAs(NamedWeights.initial(GRAPH, 5)).isNotEqualTo(NamedWeights.initial(GRAPH, 6));
    }

    @Test
    void initialKernelsHaveVarianceTwoOverFanInAndTheRestIsNeutral() {
        NamedWeights weights = NamedWeights.initial(GRAPH, 5);
        double square = 0;
        float[] kernel = weights.get("encoder.2.b.conv.weight").values();
        for (float w : kernel)
            square += w * w;
        assertThat(square / kernel.length).isCloseTo(2.0 / (16 * 9), within(0.15 * 2 / (16 * 9)));
        assertThat(weights.get("encoder.2.b.conv.bias").values()).containsOnly(0);
        assertThat(weights.get("encoder.2.b.norm.weight").values()).containsOnly(1);
        assertThat(weights.get("encoder.2.b.norm.bias").values()).containsOnly(0);
        assertThat(weights.get("encoder.2.b.norm.running_mean").values()).containsOnly(0);
        assertThat(weights.get("encoder.2.b.norm.running_var").values()).containsOnly(1);
    }

    private static NamedWeights with(String name, Tensor tensor) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(NamedWeights.initial(GRAPH, 5).tensors());
        if (tensor == null)
            tensors.remove(name);
        else
            tensors.put(name, tensor);
        return new NamedWeights(tensors);
    }

    @Test
    void weightsThatDoNotFitAreNamed() {
        NamedWeights.initial(GRAPH, 5).requireFit(GRAPH);
        assertThatThrownBy(() -> with("head.bias", null).requireFit(GRAPH)).isInstanceOf(SeptumException.class)
                .hasMessage("the model has no weight named head.bias");
        assertThatThrownBy(() -> with("head.bias", Tensor.of(List.of(3L), new float[3])).requireFit(GRAPH))
                .isInstanceOf(SeptumException.class)
                .hasMessage("weight head.bias has shape [3]; the network needs [2]");
        assertThatThrownBy(() -> with("tail.bias", Tensor.of(List.of(3L), new float[3])).requireFit(GRAPH))
                .isInstanceOf(SeptumException.class).hasMessage("weight tail.bias belongs to no layer");
    }

    @Test
    void aTensorCopiesWhatItGetsAndGives() {
        float[] values = { 1, 2, 3, 4, 5, 6 };
        Tensor tensor = Tensor.of(List.of(2L, 3L), values);
        values[0] = 9;
        tensor.values()[1] = 9;
        assertThat(tensor.values()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> Tensor.of(List.of(2L, 2L), values)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("has 6 values; 4 are needed");
    }
}
