package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

@Tag("engine")
class EnsembleTest {

    @TempDir
    private Path folder;

    @Test
    void givesTheMeanOfItsNetworksAndComesBackAsItWas() {
        Bundle one = Models.bundle(3, "eca");
        Plan plan = one.plan();
        List<NamedWeights> members = List.of(one.weights(), Models.weights(plan.network(), 5),
                Models.weights(plan.network(), 6));
        Bundle ensemble = new Bundle(plan, members, one.card(), Map.of());
        Path model = folder.resolve("ensemble.zip");
        BundleWriter.write(ensemble, model, false);
        try (OpenBundle open = BundleReader.open(model)) {
            assertThat(open.bundle()).isEqualTo(ensemble);
            Tensor input = TestTensors.of(plan, members).normalized();
            float[] mean = TestTensors.probabilities(open.onnx(), input).values();
            for (int i = 0; i < mean.length; i += 97) {
                double sum = 0;
                for (NamedWeights m : members)
                    sum += value(plan, m, input, i);
                assertThat((double) mean[i]).as("voxel %d", i).isCloseTo(sum / 3, within(1e-5));
            }
        }
    }

    private final Map<NamedWeights, float[]> single = new java.util.IdentityHashMap<>();

    private double value(Plan plan, NamedWeights weights, Tensor input, int i) {
        return single.computeIfAbsent(weights, w -> TestTensors.probabilities(plan.network(), w, input).values())[i];
    }

    @Test
    void whoNeedsOneNetworkIsToldThatThereAreSeveral() {
        Bundle one = Models.bundle(2, "eca");
        Bundle two = new Bundle(one.plan(), List.of(one.weights(), one.weights()), one.card(), Map.of());
        assertThatThrownBy(two::weights).isInstanceOf(SeptumException.class)
                .hasMessageContaining("ensemble of 2 networks");
        assertThatThrownBy(() -> new Bundle(one.plan(), List.<NamedWeights> of(), one.card(), Map.of()))
                .isInstanceOf(SeptumException.class);
    }
}
