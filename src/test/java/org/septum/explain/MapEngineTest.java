package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.Workspace;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.infer.Workload;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;
import org.septum.model.block.CaNetAttention;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.Gating;
import org.septum.model.block.LinearResize;
import org.septum.model.block.NetworkGraph;
import org.septum.pipeline.Toys;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

class MapEngineTest {

    /** The tile itself, and a constant. */
    private record Echo(float constant) implements TileMaps {

        @Override
        public List<String> names() {
            return List.of("echo", "constant");
        }

        @Override
        public float[] map(float[] tile, Shape shape) {
            float[] maps = Arrays.copyOf(tile, 2 * tile.length);
            Arrays.fill(maps, tile.length, maps.length, constant);
            return maps;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static Plan plan(Path folder) {
        try (OpenBundle open = BundleReader.open(Toys.model(folder.resolve("model")))) {
            return open.plan();
        }
    }

    private static RandomAccessibleInterval<FloatType> stitched(Plan plan, Scan scan, MapEngine engine, int count) {
        return new Segmenter(engine, SegmenterOptions.DEFAULT).maps(scan, plan, Workspace.ofHeap(), count,
                Progress.SILENT);
    }

    @Test
    void mapsLieWhereTheVoxelsOfTheScanLieAndAConstantStaysConstant(@TempDir Path folder) {
        Plan plan = plan(folder);
        Scan scan = Toys.scan("toy", 2);
        try (MapEngine engine = new MapEngine(plan, GradCam.manager("cpu"), List.of(new Echo(1), new Echo(6)))) {
            var maps = stitched(plan, scan, engine, 2);
            assertThat(maps.dimensionsAsLongArray()).containsExactly(23, 26, 11, 2);
            for (int[] at : new int[][] { { 0, 0, 0 }, { 22, 0, 3 }, { 11, 13, 5 }, { 4, 25, 10 } }) {
                float value = scan.pixels().getAt(at[0], at[1], at[2], 0).get();
                assertThat(maps.getAt(at[0], at[1], at[2], 0).get()).isCloseTo(value / 100, within(1e-4f));
                assertThat(maps.getAt(at[0], at[1], at[2], 1).get()).isCloseTo(3.5f, within(1e-4f));
            }
        }
    }

    @Test
    void occlusionFallsWhereTheObjectIsHiddenAndNowhereElse(@TempDir Path folder) {
        try (OpenBundle open = BundleReader.open(Toys.model(folder.resolve("model")));
                MapEngine engine = Occlusion.open(open.plan(), open.bundle().members(), 1, 2, "cpu")) {
            float[] tile = new float[8 * 12 * 16];
            for (int i = 0; i < tile.length; i++)
                tile[i] = i % 16 >= 6 && i % 16 < 10 ? 2 : 0;
            float[] map = new float[tile.length];
            engine.lanes(Workload.of(1, open.plan().patch())).get(0).run(tile, 1, map);
            // of the 384 voxels of the object, each cube in it hides 8
            IntStream.range(0, map.length)
                    .forEach(i -> assertThat(map[i]).isCloseTo(tile[i] > 0 ? 8 / 384f : 0, within(1e-4f)));
        }
    }

    @Test
    void gatesOfChannelsAreHalfWhereNothingSteersThem() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(4, 6), new EcaAttention(3));
        try (AttentionMaps maps = AttentionMaps.open(plan(spec, 8, 12), zeros(spec), "cpu", Progress.SILENT)) {
            assertThat(maps.hasMaps()).isFalse();
            float[] nothing = new float[96];
            for (int i = 0; i < 2; i++)
                maps.engine().lanes(Workload.of(1, List.of(12, 8, 1))).get(0).run(new float[96], 1, nothing);
            assertThat(nothing).containsOnly(0);
            assertThat(maps.weights()).hasSize(3);
            assertThat(maps.weights().values().stream().map(List::size)).containsExactlyInAnyOrder(4, 6, 4);
            maps.weights().values().forEach(w -> assertThat(w).allMatch(g -> g == 0.5));
            maps.reset();
            assertThat(maps.weights()).isEmpty();
        }
    }

    private static Plan plan(NetworkSpec spec, int rows, int columns) {
        return new Plan(Plan.VERSION, "toy", Modality.OTHER, List.of("grey"), ClassLabels.of("background", "a"), spec,
                Plan.GridAxes.SCAN, Collections.nCopies(3, Double.NaN), List.of(columns, rows, 1),
                List.of(IntensityNormalization.perScan()), null, Map.of());
    }

    private static NamedWeights zeros(NetworkSpec spec) {
        return new NamedWeights(NamedWeights.initial(spec.graph(), 1).tensors().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey,
                        e -> NamedWeights.Tensor.of(e.getValue().shape(), new float[e.getValue().values().length]),
                        (a, b) -> a, LinkedHashMap::new)));
    }

    /** Held against PyTorch, node by node. */
    @Test
    void spatialAttentionOfCaNetIsAMapForEachGateAndScaleAttentionAVector() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(4, 6, 8, 8), new CaNetAttention());
        NamedWeights weights = NamedWeights.initial(spec.graph(), 1);
        float[] tile = new float[384];
        for (int i = 0; i < tile.length; i++)
            tile[i] = (i * 37 % 101) / 50f - 1;
        try (AttentionMaps maps = AttentionMaps.open(plan(spec, 16, 24), weights, "cpu", Progress.SILENT);
                NDManager manager = GradCam.manager("cpu");
                NodeRun network = new NodeRun(spec.graph().inUse(), weights, manager)) {
            assertThat(maps.names()).contains("decoder.2.spatial.1.scale", "decoder.2.spatial.2.scale",
                    "scale.weighted.1");
            float[] values = new float[maps.names().size() * 384];
            maps.engine().lanes(Workload.of(1, List.of(24, 16, 1))).get(0).run(tile, 1, values);
            assertThat(maps.weights().get("scale.scale")).hasSize(3);
            NDArray input = manager.create(tile, new Shape(1, 1, 16, 24));
            List<NetworkGraph.Node> nodes = spec.graph().inUse().nodes();
            int compared = 0;
            for (NetworkGraph.Node node : nodes) {
                if (!(node.layer() instanceof Gating))
                    continue;
                NDArray gates = network.start(input).output(node.sources().get(1));
                if (gates.getShape().dimension() == 2) {
                    float[] expected = gates.toFloatArray();
                    for (int i = 0; i < expected.length; i++)
                        assertThat(maps.weights().get(node.name()).get(i)).isCloseTo(expected[i], within(1e-4));
                } else {
                    float[] expected = new LinearResize().forward(new NDList(gates, input), Map.of(), false)
                            .toFloatArray();
                    int from = maps.names().indexOf(gates.getShape().get(1) == 1 ? node.name() : node.name() + ".1");
                    for (int i = 0; i < expected.length; i++)
                        assertThat(values[from * 384 + i]).isCloseTo(expected[i], within(1e-4f));
                    compared++;
                }
            }
            assertThat(compared).isPositive();
        }
    }
}
