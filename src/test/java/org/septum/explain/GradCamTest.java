package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;
import org.septum.model.block.CaNetAttention;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.WeightSpec;
import org.septum.pipeline.Toys;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

class GradCamTest {

    private static final Shape SHAPE = new Shape(1, 1, 4, 6);

    /** Features are the positive and the negative part of the input; logits −A₀ + 2 A₁ and 3 A₀ − 2 A₁ + 0.25. */
    private static NamedWeights parts(NetworkSpec spec) {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        spec.graph().weights().forEach((name, weight) -> {
            float[] values = new float[(int) weight.size()];
            if (weight.role() == WeightSpec.Role.SCALE || weight.role() == WeightSpec.Role.RUNNING_VARIANCE) {
                Arrays.fill(values, 1);
            } else if (name.equals("head.weight")) {
                values = new float[] { -1, 2, 3, -2 };
            } else if (name.equals("head.bias")) {
                values = new float[] { 0, 0.25f };
            } else if (weight.role() == WeightSpec.Role.KERNEL && values.length == 18) {
                values[4] = 1;
                values[13] = -1;
            } else if (weight.role() == WeightSpec.Role.KERNEL) {
                values[4] = 1;
                values[31] = 1;
            }
            tensors.put(name, NamedWeights.Tensor.of(weight.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++)
            values[i] = (float) random.nextGaussian();
        return values;
    }

    @Test
    void isThePositivePartOfTheFeaturesWeightedByTheHeadAndTheShareOfTheRegion() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(2), new NoAttention());
        float[] tile = random(24, 3);
        float[] region = new float[24];
        Arrays.fill(region, 5, 11, 1);
        try (NDManager manager = GradCam.manager("cpu")) {
            int node = GradCam.DEFAULT.node(spec.graph().inUse());
            float[] first = new GradCam(spec, parts(spec), 0, node, manager).map(tile, SHAPE, region);
            float[] second = new GradCam(spec, parts(spec), 1, node, manager).map(tile, SHAPE, region);
            for (int i = 0; i < tile.length; i++) {
                assertThat(first[i]).isCloseTo(6f / 24 * 2 * Math.max(0, -tile[i]), within(1e-4f));
                assertThat(second[i]).isCloseTo(6f / 24 * 3 * Math.max(0, tile[i]), within(1e-4f));
            }
        }
    }

    @Test
    void withoutARegionItExplainsWhatTheNetworkCallsTheClass() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(2), new NoAttention());
        float[] tile = random(24, 4);
        long object = 0;
        for (float x : tile)
            object += 3 * Math.max(0, x) - 2 * Math.max(0, -x) + 0.25 > -Math.max(0, x) + 2 * Math.max(0, -x) ? 1 : 0;
        try (NDManager manager = GradCam.manager("cpu")) {
            float[] map = new GradCam(spec, parts(spec), 1, GradCam.Place.BOTTLENECK.node(spec.graph().inUse()),
                    manager).map(tile, SHAPE);
            for (int i = 0; i < tile.length; i++)
                assertThat(map[i]).isCloseTo(object / 24f * 3 * Math.max(0, tile[i]), within(1e-4f));
        }
    }

    @Test
    void gradientsOfADeepNetworkWithGatesAgreeWithDifferences() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 3, List.of(4, 6, 8), new CaNetAttention());
        for (Normalization kind : List.of(Normalization.BATCH, Normalization.INSTANCE))
            requireGradients(spec.with(kind, spec.activation()));
    }

    private static void requireGradients(NetworkSpec spec) {
        NamedWeights weights = NamedWeights.initial(spec.graph(), 5);
        float[] tile = random(16 * 24, 6);
        Shape shape = new Shape(1, 1, 16, 24);
        float[] region = new float[16 * 24];
        Arrays.fill(region, 40, 200, 1);
        int node = GradCam.Place.BOTTLENECK.node(spec.graph().inUse());
        try (NDManager manager = GradCam.manager("cpu");
                NodeRun network = new NodeRun(spec.graph().inUse(), weights, manager)) {
            NodeRun.Tile run = network.start(manager.create(tile, shape));
            NDArray features = run.output(node);
            NDArray start = features.duplicate();
            float[] gradient = new GradCam(spec, weights, 2, node, manager).gradient(run, features, region)
                    .toFloatArray();
            float step = 1e-3f;
            int checked = 0;
            int agree = 0;
            for (int i = 0; i < gradient.length; i += 17) {
                float[] nudge = new float[gradient.length];
                nudge[i] = step;
                double up = target(network, tile, shape, node, start.add(manager.create(nudge, start.getShape())));
                double down = target(network, tile, shape, node, start.sub(manager.create(nudge, start.getShape())));
                if (Math.abs(gradient[i]) > 0.05) {
                    checked++;
                    agree += Math.abs((up - down) / (2 * step) - gradient[i]) < 0.02 + 0.05 * Math.abs(gradient[i]) ? 1
                            : 0;
                }
            }
            // where a rectifier or a maximum has its bend between the two, a difference is no gradient
            assertThat(checked).isGreaterThan(5);
            assertThat(agree).isGreaterThanOrEqualTo((int) (0.9 * checked));
        }
    }

    /** Sum of class 2 over voxels 40 to 199 if the node gave other features. */
    private static double target(NodeRun network, float[] tile, Shape shape, int node, NDArray features) {
        NodeRun.Tile run = network.start(features.getManager().create(tile, shape));
        run.output(node).set(features.toFloatArray());
        float[] own = run.rest().get(new NDIndex(":,2")).toFloatArray();
        double sum = 0;
        for (int i = 40; i < 200; i++)
            sum += own[i];
        return sum;
    }

    @Test
    void placesAreTheBottleneckAndTheDecoderAtHalfResolution() {
        var graph = NetworkSpec.unet(3, 1, 2, List.of(4, 6, 8), new NoAttention()).graph().inUse();
        var shapes = graph.shapes(List.of(16, 24, 32));
        assertThat(shapes.get(GradCam.Place.BOTTLENECK.node(graph)).spatial()).containsExactly(4, 6, 8);
        assertThat(shapes.get(GradCam.Place.HALF.node(graph)).spatial()).containsExactly(8, 12, 16);
        assertThat(graph.nodes().get(GradCam.Place.HALF.node(graph)).name()).startsWith("decoder.2.");
    }

    @Test
    void aClassThatTheModelLacksIsNamed(@TempDir Path folder) {
        try (OpenBundle open = BundleReader.open(Toys.model(folder.resolve("model")))) {
            Bundle bundle = open.bundle();
            assertThatThrownBy(() -> GradCam.open(bundle.plan(), bundle.members(), 2, GradCam.DEFAULT, "cpu"))
                    .isInstanceOf(SeptumException.class).hasMessageContaining("class number 2")
                    .hasMessageContaining("0 to 1");
        }
    }
}
