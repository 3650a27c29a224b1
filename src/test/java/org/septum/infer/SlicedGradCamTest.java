package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.bundle.GradCamGraph;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;

import ai.onnx.proto.OnnxMl;

/** Networks whose gradients are part of their graph go slice by slice as those without. */
@Tag("engine")
class SlicedGradCamTest {

    @ParameterizedTest
    @CsvSource({ "3, true, decoder.2.", "3, false, encoder.3.", "2, true, decoder.2.", "2, false, encoder.3." })
    void mapsOfSlicesAreThoseOfTheWholeGraph(int dims, boolean hasGates, String place) {
        AttentionSpec attention = hasGates ? new EcaAttention(3) : new NoAttention();
        NetworkSpec spec = NetworkSpec.unet(dims, 1, 3, List.of(16, 32, 32), attention);
        List<Integer> tile = dims == 3 ? List.of(12, 16, 8) : List.of(48, 64, 1);
        NamedWeights weights = NamedWeights.initial(spec.graph(), 3);
        OnnxMl.ModelProto graph = GradCamGraph.of(spec, List.of(weights), last(spec, place), List.of(1, 2))
                .orElseThrow();
        SliceAxis axis = dims == 3 ? SliceAxis.volume(tile) : SliceAxis.image(tile, spec.sizeDivisor().get(0));
        assertThat(SliceGraph.of(graph, axis)).as("in slices").isPresent();

        Plan plan = plan(spec, tile);
        int voxels = tile.get(0) * tile.get(1) * tile.get(2);
        Random random = new Random(5);
        float[] input = new float[voxels];
        for (int i = 0; i < voxels; i++)
            input[i] = (float) random.nextGaussian();
        float[] whole = new float[5 * voxels];
        float[] sliced = new float[5 * voxels];
        try (DjlEngine engine = DjlEngine.open(graph, plan, 5, "cpu", Progress.SILENT)) {
            engine.lanes(Workload.of(1, tile)).get(0).run(input, 1, whole);
            engine.lanes(Workload.of(50, tile)).get(0).run(input, 1, sliced);
        }
        float most = 0;
        for (int i = 3 * voxels; i < 5 * voxels; i++)
            most = Math.max(most, whole[i]);
        assertThat(most).as("something to compare").isPositive();
        assertThat(sliced).as("the last bits tell that it went another way").isNotEqualTo(whole);
        for (int i = 0; i < whole.length; i++)
            assertThat(sliced[i]).as("value %d", i).isCloseTo(whole[i], within(i < 3 * voxels ? 1e-4f : 1e-3f * most));
    }

    private static int last(NetworkSpec spec, String place) {
        NetworkGraph graph = spec.graph().inUse();
        int last = -1;
        for (int i = 0; i < graph.nodes().size(); i++)
            if (graph.nodes().get(i).name().startsWith(place))
                last = i;
        return last;
    }

    private static Plan plan(NetworkSpec spec, List<Integer> tile) {
        return new Plan(Plan.VERSION, "toy", Modality.OTHER, List.of("grey"), ClassLabels.of("background", "a", "b"),
                spec, Plan.GridAxes.SCAN, Collections.nCopies(3, Double.NaN), new ArrayList<>(tile),
                List.of(IntensityNormalization.perScan()), null, Map.of());
    }
}
