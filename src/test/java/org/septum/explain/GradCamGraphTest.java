package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.bundle.GradCamGraph;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Workload;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.CaNetAttention;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.SqueezeExcitation;
import org.septum.model.block.WeightSpec;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl;

/** The graph that makes Grad-CAM with ONNX Runtime against the gradient that PyTorch finds by itself. */
@Tag("engine")
class GradCamGraphTest {

    private static final List<Integer> WIDTHS = List.of(4, 6, 8);

    private static NetworkSpec plain(int dims, AttentionSpec attention, Normalization normalization,
            Activation activation) {
        return NetworkSpec.unet(dims, 1, 3, WIDTHS, attention).with(normalization, activation);
    }

    private static NetworkSpec encoder(int dims, String word, int levels) {
        EncoderSpec encoder = EncoderSpec.of(word);
        return new NetworkSpec(dims, 1, 3, encoder, new NoAttention(),
                encoder.stages(1, StageSpec.halving(dims, levels), List.of(4, 8, 16, 16, 16, 16).subList(0, levels)));
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("2D, batch, ReLU", plain(2, new NoAttention(), Normalization.BATCH, Activation.RELU)),
                Arguments.of("2D, instance, leaky",
                        plain(2, new NoAttention(), Normalization.INSTANCE, Activation.LEAKY_RELU)),
                Arguments.of("3D, batch, leaky",
                        plain(3, new NoAttention(), Normalization.BATCH, Activation.LEAKY_RELU)),
                Arguments.of("3D, instance, ReLU",
                        plain(3, new NoAttention(), Normalization.INSTANCE, Activation.RELU)),
                Arguments.of("3D, ECA", plain(3, new EcaAttention(3), Normalization.BATCH, Activation.RELU)),
                Arguments.of("2D, squeeze and excitation",
                        plain(2, new SqueezeExcitation(), Normalization.INSTANCE, Activation.RELU)),
                Arguments.of("2D, residual", encoder(2, "residual", 3)),
                Arguments.of("3D, residual", encoder(3, "residual", 3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void agreesWithPyTorchAtBothPlaces(String name, NetworkSpec spec) {
        NamedWeights weights = random(spec, 11);
        for (GradCam.Place place : GradCam.Place.values())
            requireEqual(name + " at " + place, spec, List.of(weights), place);
    }

    @Test
    void anEnsembleHasTheMean() {
        NetworkSpec spec = plain(2, new NoAttention(), Normalization.BATCH, Activation.RELU);
        requireEqual("ensemble", spec, List.of(random(spec, 1), random(spec, 2)), GradCam.Place.BOTTLENECK);
    }

    /** Of three input channels the first and the last are the scan's, the one between is the region. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void ofARegionOrASingleVoxelItAgreesToo(boolean isSingle) {
        NetworkSpec one = NetworkSpec.unet(2, 2, 3, WIDTHS, new EcaAttention(3));
        NamedWeights weights = random(one, 8);
        int voxels = 16 * 24;
        float[] scan = noise(2 * voxels, 9);
        float[] region = new float[voxels];
        Arrays.fill(region, 100, isSingle ? 101 : 180, 1);
        float[] tile = new float[3 * voxels];
        System.arraycopy(scan, 0, tile, 0, voxels);
        System.arraycopy(region, 0, tile, voxels, voxels);
        System.arraycopy(scan, voxels, tile, 2 * voxels, voxels);
        double highest = 0;
        for (GradCam.Place place : GradCam.Place.values()) {
            int node = place.node(one.graph().inUse());
            OnnxMl.ModelProto graph = GradCamGraph
                    .ofRegion(one, List.of(weights), node, List.of(2, 0), 3, List.of(0, 2), 1).orElseThrow();
            float[] maps = run(graph, RegionGradCam.marked(one, 3), 2, tile, List.of(16, 24));
            for (int i = 0; i < 2; i++) {
                float[] expected = torch(one, List.of(weights), 2 - 2 * i, node, scan, List.of(16, 24), region);
                requireClose(place + ", map " + i, Arrays.copyOfRange(maps, i * voxels, (i + 1) * voxels), expected);
                highest = Math.max(highest, most(expected));
            }
        }
        assertThat(highest).as("the test must have something to compare").isPositive();
    }

    @ParameterizedTest
    @EnumSource(GradCam.Place.class)
    void ofAnUnknownLayerOnTheWayThereIsNoGraph(GradCam.Place place) {
        NetworkSpec spec = plain(2, new CaNetAttention(), Normalization.BATCH, Activation.RELU);
        assertThat(GradCamGraph.of(spec, List.of(random(spec, 3)), place.node(spec.graph().inUse()), List.of(1)))
                .isEmpty();
    }

    private static void requireEqual(String what, NetworkSpec spec, List<NamedWeights> members, GradCam.Place place) {
        List<Integer> size = spec.dims() == 2 ? List.of(16, 24) : List.of(8, 16, 12);
        int voxels = size.stream().reduce(1, Math::multiplyExact);
        float[] tile = noise(voxels, 7);
        int node = place.node(spec.graph().inUse());
        float[] both = run(GradCamGraph.of(spec, members, node, List.of(1, 2)).orElseThrow(), spec, 5, tile, size);
        assertThat(both).as(what + ", probabilities").satisfies(v -> {
            for (int i = 0; i < voxels; i++)
                assertThat(v[i] + v[voxels + i] + v[2 * voxels + i]).isBetween(0.9999f, 1.0001f);
        });
        double highest = 0;
        for (int label = 1; label <= 2; label++) {
            float[] expected = torch(spec, members, label, node, tile, size, null);
            int from = (2 + label) * voxels;
            requireClose(what + ", class " + label, Arrays.copyOfRange(both, from, from + voxels), expected);
            highest = Math.max(highest, most(expected));
        }
        assertThat(highest).as(what + ": the test must have something to compare").isPositive();
    }

    private static void requireClose(String what, float[] actual, float[] expected) {
        double most = most(expected);
        for (int i = 0; i < expected.length; i++)
            assertThat(Math.abs(actual[i] - expected[i])).as(what + ", voxel " + i)
                    .isLessThanOrEqualTo((float) (1e-4 * most));
    }

    private static double most(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max().orElse(0);
    }

    private static float[] torch(NetworkSpec spec, List<NamedWeights> members, int label, int node, float[] tile,
            List<Integer> size, float[] region) {
        Shape shape = new Shape(1, spec.inputs());
        for (int s : size)
            shape = shape.add(s);
        float[] mean = new float[tile.length / spec.inputs()];
        try (NDManager manager = GradCam.manager("cpu")) {
            for (NamedWeights weights : members) {
                try (GradCam cam = new GradCam(spec, weights, label, node, manager)) {
                    float[] map = cam.map(tile, shape, region);
                    for (int i = 0; i < mean.length; i++)
                        mean[i] += map[i] / members.size();
                }
            }
        }
        return mean;
    }

    private static float[] run(OnnxMl.ModelProto graph, NetworkSpec spec, int outputs, float[] tile,
            List<Integer> size) {
        List<Integer> patch = new ArrayList<>(size);
        Collections.reverse(patch);
        if (patch.size() == 2)
            patch.add(1);
        Plan plan = new Plan(Plan.VERSION, "toy", Modality.OTHER, Collections.nCopies(spec.inputs(), "grey"),
                ClassLabels.of("background", "a", "b"), spec, Plan.GridAxes.SCAN, Collections.nCopies(3, Double.NaN),
                patch, Collections.nCopies(spec.inputs(), IntensityNormalization.perScan()), null, Map.of());
        float[] result = new float[outputs * tile.length / spec.inputs()];
        try (DjlEngine engine = DjlEngine.open(graph, plan, outputs, "cpu", Progress.SILENT)) {
            engine.lanes(Workload.of(1, patch)).get(0).run(tile, 1, result);
        }
        return result;
    }

    /** Normalisations that do something, in training and in use. */
    private static NamedWeights random(NetworkSpec spec, long seed) {
        NamedWeights initial = NamedWeights.initial(spec.graph(), seed);
        Random random = new Random(seed);
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        spec.graph().weights().forEach((name, weight) -> {
            float[] values = initial.get(name).values();
            for (int i = 0; i < values.length && weight.role() != WeightSpec.Role.KERNEL; i++) {
                boolean isFactor = weight.role() == WeightSpec.Role.SCALE
                        || weight.role() == WeightSpec.Role.RUNNING_VARIANCE;
                values[i] = isFactor ? 0.5f + random.nextFloat() : 0.4f * random.nextFloat() - 0.2f;
            }
            tensors.put(name, NamedWeights.Tensor.of(weight.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    private static float[] noise(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++)
            values[i] = (float) random.nextGaussian();
        return values;
    }
}
