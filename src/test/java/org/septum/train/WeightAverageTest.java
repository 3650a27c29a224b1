package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

@Tag("engine")
class WeightAverageTest {

    private static final NetworkSpec SPEC = TinyTraining.plan(1, 1).network();

    private static NamedWeights weights(long seed) {
        return NamedWeights.initial(SPEC.graph(), seed);
    }

    /** Steps 0 … 3 keep 0.1, 2/11, 3/12 and, at the limit, 0.26 of the old average. */
    @Test
    void itKeepsAShareThatRisesToItsLimit() {
        double[] keep = { 0.1, 2 / 11.0, 0.25, 0.26 };
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu())) {
            NetworkBlock network = NetworkBuilder.build(SPEC, weights(1), manager);
            network.trained().values().forEach(w -> w.setRequiresGradient(true));
            WeightAverage average = new WeightAverage(NetworkBuilder.build(SPEC, weights(2), manager), 0.26);
            int before = manager.getManagedArrays().size();
            double share = 1;
            for (int step = 0; step < keep.length; step++) {
                average.add(network, step);
                share *= keep[step];
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
            String name = "head.weight";
            float[] start = weights(2).get(name).values();
            float[] goal = weights(1).get(name).values();
            float[] result = average.weights().get(name).values();
            for (int i = 0; i < start.length; i++)
                assertThat((double) result[i]).isCloseTo(share * start[i] + (1 - share) * goal[i], within(1e-6));
            assertThat(network.weights()).isEqualTo(weights(1));
        }
    }

    @Test
    void runningStatisticsAreAveragedToo() {
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu())) {
            NetworkBlock network = NetworkBuilder.build(SPEC, weights(1), manager);
            String name = network.arrays().keySet().stream().filter(n -> n.contains("running_var")).findFirst()
                    .orElseThrow();
            NDArray variance = network.arrays().get(name);
            variance.addi(4);
            WeightAverage average = new WeightAverage(NetworkBuilder.build(SPEC, weights(1), manager), 0.9);
            average.add(network, 0);
            assertThat(average.weights().get(name).values()[0]).isCloseTo(0.1f * 1 + 0.9f * 5, within(1e-6f));
        }
    }
}
