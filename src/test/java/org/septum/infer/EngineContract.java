package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Modality;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;
import org.septum.model.block.EcaAttention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

/** What every engine must do, on every device. Two channels, three classes, tiles with unequal edges. */
@Tag("engine")
abstract class EngineContract {

    private static final int CHANNELS = 2;

    private static final int CLASSES = TestPlans.LABELS.count();

    private static final float TOLERANCE = 1e-4f;

    @TempDir
    Path folder;

    /** DJL's name of it. */
    abstract String name();

    abstract Engine open(Plan plan, List<NamedWeights> members, String device) throws IOException;

    private static Plan plan(int dims) {
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        return new Plan(Plan.VERSION, "test", Modality.OTHER, Collections.nCopies(CHANNELS, "grey"), TestPlans.LABELS,
                NetworkSpec.unet(dims, CHANNELS, CLASSES, List.of(16, 32), new EcaAttention(3)), Plan.GridAxes.SCAN,
                TestPlans.AS_STORED, dims == 2 ? List.of(12, 8, 1) : List.of(12, 8, 6),
                Collections.nCopies(CHANNELS, asItIs), null, null);
    }

    private static NamedWeights weights(Plan plan, long seed) {
        return NamedWeights.initial(plan.network().graph(), seed);
    }

    private static float[] noise(int n, List<Integer> tile) {
        float[] tiles = new float[n * CHANNELS * tile.get(0) * tile.get(1) * tile.get(2)];
        Random random = new Random(17);
        for (int i = 0; i < tiles.length; i++)
            tiles[i] = (float) random.nextGaussian();
        return tiles;
    }

    private static Shape shape(Plan plan, int count, List<Integer> tile) {
        return plan.network().dims() == 2 ? new Shape(count, CHANNELS, tile.get(1), tile.get(0))
                : new Shape(count, CHANNELS, tile.get(2), tile.get(1), tile.get(0));
    }

    /** What the network gives by its definition. */
    private static float[] expected(Plan plan, NamedWeights weights, float[] tiles, int count, List<Integer> tile) {
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NDArray input = manager.create(tiles, shape(plan, count, tile));
            return NetworkBuilder.build(plan.network(), weights, manager)
                    .forward(new ParameterStore(manager, false), new NDList(input), false).singletonOrThrow().softmax(1)
                    .toFloatArray();
        }
    }

    private static float[] run(Engine engine, Workload work, float[] tiles, int count) {
        float[] result = new float[count * CLASSES * work.tileVoxels()];
        engine.lanes(work).get(0).run(tiles, count, result);
        return result;
    }

    private void requireProbabilitiesOfTheNetwork(int dims, String device) throws IOException {
        Plan plan = plan(dims);
        NamedWeights weights = weights(plan, 1);
        float[] tiles = noise(2, plan.patch());
        try (Engine engine = open(plan, List.of(weights), device)) {
            assertThat(engine.device()).isEqualTo(device.equals("gpu") ? "gpu:0" : device);
            assertThat(engine.describe()).contains(engine.device());
            float[] p = run(engine, Workload.of(2, plan.patch()).withBatch(2), tiles, 2);
            assertThat(p).containsExactly(expected(plan, weights, tiles, 2, plan.patch()), within(TOLERANCE));
            int voxels = p.length / 2 / CLASSES;
            for (int i = 0; i < voxels; i++)
                assertThat(p[i] + p[voxels + i] + p[2 * voxels + i]).isCloseTo(1, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void probabilitiesAreThoseOfTheNetwork(int dims) throws IOException {
        requireProbabilitiesOfTheNetwork(dims, "cpu");
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    @Tag("gpu")
    void probabilitiesAreThoseOfTheNetworkOnAGpu(int dims) throws IOException {
        assumeTrue(ComputeDevice.gpuCount(name()) > 0, "no GPU that " + name() + " can use");
        requireProbabilitiesOfTheNetwork(dims, "gpu");
    }

    @Test
    void aGpuThatIsNotThereIsAnError() {
        assumeTrue(ComputeDevice.gpuCount(name()) == 0, "there is a GPU");
        Plan plan = plan(2);
        assertThatThrownBy(() -> open(plan, List.of(weights(plan, 1)), "gpu")).hasMessageContaining("gpu is not there");
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void aTileHasTheSameBitsInEveryBatchAndOnEveryLane(int dims) throws Exception {
        Plan plan = plan(dims);
        float[] tiles = noise(3, plan.patch());
        Workload many = Workload.of(100, plan.patch()).withBatch(3);
        try (Engine engine = open(plan, List.of(weights(plan, 1)), "cpu")) {
            float[] together = run(engine, many, tiles, 3);
            int inputs = tiles.length / 3;
            int outputs = together.length / 3;
            List<Engine.Lane> lanes = engine.lanes(many);
            var threads = Executors.newFixedThreadPool(lanes.size());
            try {
                for (int n = 0; n < 3; n++) {
                    float[] one = Arrays.copyOfRange(tiles, n * inputs, (n + 1) * inputs);
                    float[] expected = Arrays.copyOfRange(together, n * outputs, (n + 1) * outputs);
                    List<Future<float[]>> results = lanes.stream().map(lane -> threads.submit(() -> {
                        float[] result = new float[outputs];
                        lane.run(one, 1, result);
                        return result;
                    })).toList();
                    for (Future<float[]> result : results)
                        assertThat(result.get()).as("tile %d", n).containsExactly(expected);
                }
            } finally {
                threads.shutdown();
            }
            assertThat(run(engine, many.withOneLane(), tiles, 3)).containsExactly(together, within(1e-6f));
        }
    }

    @Test
    void arraysMayBeLongerThanTheBatchAndWhatIsBehindItStays() throws IOException {
        Plan plan = plan(2);
        float[] tiles = noise(3, plan.patch());
        try (Engine engine = open(plan, List.of(weights(plan, 1)), "cpu")) {
            Workload work = Workload.of(3, plan.patch()).withBatch(3);
            float[] result = new float[3 * CLASSES * work.tileVoxels()];
            Arrays.fill(result, -1);
            engine.lanes(work).get(0).run(tiles, 2, result);
            int end = 2 * CLASSES * work.tileVoxels();
            assertThat(Arrays.copyOf(result, end)).doesNotContain(-1f);
            assertThat(Arrays.copyOfRange(result, end, result.length)).containsOnly(-1f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void tilesOfOtherSizesRun(int dims) throws IOException {
        Plan plan = plan(dims);
        List<Integer> small = dims == 2 ? List.of(6, 8, 1) : List.of(6, 8, 4);
        NamedWeights weights = weights(plan, 2);
        float[] tiles = noise(1, small);
        try (Engine engine = open(plan, List.of(weights), "cpu")) {
            assertThat(engine.takesOtherTiles()).isTrue();
            // whole tiles before and after: what was prepared for one size must not be used for another
            float[] whole = noise(1, plan.patch());
            float[] before = run(engine, Workload.of(50, plan.patch()), whole, 1);
            assertThat(run(engine, Workload.of(50, small), tiles, 1))
                    .containsExactly(expected(plan, weights, tiles, 1, small), within(TOLERANCE));
            assertThat(run(engine, Workload.of(50, plan.patch()), whole, 1)).containsExactly(before);
        }
    }

    @Test
    void anEnsembleGivesTheMeanOfItsNetworks() throws IOException {
        Plan plan = plan(2);
        NamedWeights a = weights(plan, 1);
        NamedWeights b = weights(plan, 2);
        float[] tiles = noise(1, plan.patch());
        float[] mean = expected(plan, a, tiles, 1, plan.patch());
        float[] other = expected(plan, b, tiles, 1, plan.patch());
        for (int i = 0; i < mean.length; i++)
            mean[i] = (mean[i] + other[i]) / 2;
        try (Engine engine = open(plan, List.of(a, b), "cpu")) {
            assertThat(run(engine, Workload.of(1, plan.patch()), tiles, 1)).containsExactly(mean, within(TOLERANCE));
        }
    }

    @Test
    void onTheCpuThereIsNoOtherDeviceToTurnTo() throws IOException {
        Plan plan = plan(2);
        try (Engine engine = open(plan, List.of(weights(plan, 1)), "cpu")) {
            assertThat(engine.onCpu()).isEmpty();
        }
    }
}
