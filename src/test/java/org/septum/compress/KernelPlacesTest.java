package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.model.NamedWeights;
import org.septum.model.NodeRun;
import org.septum.model.block.Convolution;
import org.septum.model.block.Layer;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.UpConvolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** A layer as a matrix does what the layer does. */
@Tag("engine")
class KernelPlacesTest {

    static Stream<Layer> layers() {
        return Stream.of(Convolution.of(2, 3, 2, 3), Convolution.strided(3, 4, List.of(3, 1), List.of(2, 1)),
                Convolution.strided(3, 2, List.of(1, 3, 5), List.of(1, 2, 3)), Convolution.of(3, 3, 5, 1),
                new UpConvolution(3, 2, List.of(2, 1)), new UpConvolution(3, 4, List.of(1, 2, 2)),
                new Linear(3, 5, true), new Linear(3, 2, false));
    }

    private static Shape input(Layer layer) {
        int dims = layer instanceof Convolution c ? c.kernel().size()
                : layer instanceof UpConvolution u ? u.stride().size() : 0;
        return dims == 0 ? new Shape(1, 3) : dims == 2 ? new Shape(1, 3, 5, 7) : new Shape(1, 3, 4, 5, 7);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theMatrixTimesWhatIsReadIsWhatIsMade(Layer layer) {
        Node node = new Node("layer", layer, List.of(NetworkGraph.INPUT));
        NetworkGraph graph = new NetworkGraph(3, List.of(node));
        NamedWeights weights = NamedWeights.initial(graph, 8);
        KernelMatrix matrix = KernelMatrix.of(node);
        LinearMap map = matrix.map(weights, false);
        try (NDManager manager = CapFixture.manager();
                NodeRun outputs = new NodeRun(graph, weights, manager)) {
            Shape shape = input(layer);
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++)
                values[i] = (float) Math.sin(i * i);
            NodeRun.Tile tile = outputs.start(values, shape.getShape());
            float[] made = tile.output(0).toFloatArray();
            for (int count : new int[] { 5, 10_000 }) {
                KernelPlaces places = new KernelPlaces(matrix, count, shape, new Random(1));
                int row = matrix.features() + 2;
                double[] rows = places.features(values, row);
                float[] targets = places.targets(made);
                assertThat(targets).hasSize(places.count() * matrix.outputs());
                assertThat(rows).hasSize(places.count() * row);
                for (int i = 0; i < targets.length; i++) {
                    double[] read = java.util.Arrays.copyOfRange(rows, i / matrix.outputs() * row,
                            i / matrix.outputs() * row + row);
                    int o = i % matrix.outputs();
                    double sum = map.bias(o) + Products.dot(map.weights()[o], read, matrix.features());
                    assertThat(targets[i]).as("output %d", i).isCloseTo((float) sum, within(1e-4f));
                }
                if (count > 5)
                    assertThat(targets).hasSameSizeAs(made);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void weightsOfAMatrixAreThoseItCameFrom(Layer layer) {
        Node node = new Node("layer", layer, List.of(NetworkGraph.INPUT));
        NamedWeights weights = NamedWeights.initial(new NetworkGraph(3, List.of(node)), 8);
        KernelMatrix matrix = KernelMatrix.of(node);
        LinearMap map = matrix.map(weights, true);

        assertThat(new NamedWeights(matrix.tensors(map))).isEqualTo(weights);
        if (layer instanceof Convolution)
            assertThat(matrix.joined(matrix.tapByTap(map)).weights()).isDeepEqualTo(map.weights());
    }

    @Test
    void tilesOnTheirWayHoldOnlyWhatIsStillRead() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++)
            nodes.add(new Node("c" + i, Convolution.of(2, 2, 2, 3), List.of(i - 1)));
        NetworkGraph graph = new NetworkGraph(2, nodes);
        NamedWeights weights = NamedWeights.initial(graph, 3);
        try (NDManager manager = CapFixture.manager();
                NodeRun outputs = new NodeRun(graph, weights, manager)) {
            NodeRun.Tile tile = outputs.start(new float[2 * 16], 1, 2, 4, 4);
            NDArray first = tile.output(0);
            NDArray second = tile.output(1);
            assertThat(tile.input(2)).isSameAs(second);
            tile.output(3);
            assertThat(first.isReleased()).isTrue();
            // a changed weight counts for what is computed after
            outputs.set("c3.weight", NamedWeights.Tensor.of(List.of(2L, 2L, 3L, 3L), new float[36]));
            outputs.set("c3.bias", NamedWeights.Tensor.of(List.of(2L), new float[] { 4, 5 }));
            NodeRun.Tile other = outputs.start(new float[2 * 16], 1, 2, 4, 4);
            assertThat(other.output(3).toFloatArray()).startsWith(4, 4).endsWith(5, 5);
            tile.close();
            assertThat(second.isReleased()).isTrue();
        }
    }
}
