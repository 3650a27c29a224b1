package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.PostProcessingPlan;

class SlabSegmenterTest {

    /**
     * A network to which the whole tile matters, and each voxel's place in it: whoever cuts tiles otherwise, leaves one
     * out or adds one twice gets another mask. It also notes how many tiles an image is said to have.
     */
    private static final class ContextEngine extends EngineAround {

        private final Plan plan;

        private final Set<Long> tiles = new TreeSet<>();

        ContextEngine(Plan plan) {
            super(new FakeEngine(plan));
            this.plan = plan;
        }

        @Override
        public List<Lane> lanes(Workload work) {
            tiles.add(work.tiles());
            int voxels = work.tileVoxels();
            int inputs = plan.network().inputs();
            return Collections.nCopies(2, (values, count, result) -> {
                for (int n = 0; n < count; n++)
                    run(values, n * inputs * voxels, inputs, voxels, result, n * plan.labels().count() * voxels);
            });
        }

        private void run(float[] values, int from, int inputs, int voxels, float[] result, int to) {
            float all = 0;
            for (int i = 0; i < inputs * voxels; i++)
                all += values[from + i] * (1 + i % 7);
            for (int i = 0; i < voxels; i++) {
                float v = values[from + i] + (float) Math.sin(all + i) * 4;
                float[] p = FakeEngine.probabilities(v, plan.labels().count());
                for (int c = 0; c < p.length; c++)
                    result[to + c * voxels + i] = p[c];
            }
        }
    }

    private static Plan plan(int dims, Plan.GridAxes axes, List<Double> spacing, List<Integer> patch) {
        Plan plan = TestPlans.plan(dims, 1, axes, spacing, patch);
        return plan.withPostProcessing(PostProcessingPlan.largestPart(List.of(7, 200), dims), "for the test");
    }

    static Stream<Arguments> scansAndPlans() {
        Scan plain = SegmenterTest.scan(ScanGeometry.ofSpacing(0.7, 0.9, 2.5), 17, 12, 19, 1);
        Scan oblique = SegmenterTest.scan(SegmenterTest.oblique(2, 3, -1), 13, 17, 12, 1);
        List<Double> asStored = TestPlans.AS_STORED;
        List<Double> finer = List.of(0.8, 0.6, 1.3);
        List<Double> coarser = List.of(1.3, 1.1, 3.9);
        return Stream.of(Arguments.of("2D", plain, plan(2, Plan.GridAxes.SCAN, asStored, List.of(8, 6, 1))),
                Arguments.of("2D, resampled in the plane", plain,
                        plan(2, Plan.GridAxes.SCAN, List.of(0.8, 0.8, Double.NaN), List.of(8, 6, 1))),
                Arguments.of("2D that sees the slices beside", plain, TestPlans.planOfNeighbours(List.of(8, 6, 1))),
                Arguments.of("3D", plain, plan(3, Plan.GridAxes.LPS, asStored, List.of(7, 5, 6))),
                Arguments.of("3D, tiles deeper than the scan", plain,
                        plan(3, Plan.GridAxes.LPS, asStored, List.of(8, 30, 24))),
                Arguments.of("3D, working grid finer", plain, plan(3, Plan.GridAxes.LPS, finer, List.of(7, 5, 6))),
                Arguments.of("3D, working grid coarser", plain, plan(3, Plan.GridAxes.LPS, coarser, List.of(5, 4, 6))),
                Arguments.of("3D, oblique", oblique, plan(3, Plan.GridAxes.LPS, asStored, List.of(7, 5, 6))),
                Arguments.of("3D, oblique and resampled", oblique,
                        plan(3, Plan.GridAxes.LPS, List.of(1.1, 2.1, 0.6), List.of(7, 5, 6))),
                Arguments.of("3D, normalised by its own intensities", plain, normalised()));
    }

    private static Plan normalised() {
        Plan plan = plan(3, Plan.GridAxes.LPS, TestPlans.AS_STORED, List.of(7, 5, 6));
        IntensityNormalization own = new IntensityNormalization(IntensityNormalization.Kind.SCAN, null, null, null,
                null);
        return new Plan(plan.version(), plan.dataset(), plan.modality(), plan.channels(), plan.labels(), plan.network(),
                plan.grid(), plan.spacing(), plan.patch(), List.of(own), null, null);
    }

    private static byte[] slab(Scan scan, Plan plan, Slab slab, Engine engine) throws IOException {
        SegmenterOptions options = SegmenterOptions.DEFAULT.withBatch(1 + slab.first() % 3);
        // each slab as on a machine of its own
        PreparedScan prepared = new Segmenter(engine, options).prepare(scan, plan, Workspace.ofHeap());
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        new SlabSegmenter(engine, options).segment(prepared, slab, labels, Progress.SILENT);
        return labels.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scansAndPlans")
    void slabsOfAnyDepthJoinToTheMaskOfTheWhole(String name, Scan scan, Plan plan) throws IOException {
        ContextEngine engine = new ContextEngine(plan);
        LabelMask whole = new Segmenter(engine, SegmenterOptions.DEFAULT).segment(scan, plan, Progress.SILENT);
        List<Integer> expected = SegmenterTest.values(whole.pixels());
        assertThat(expected).contains(0, 7);
        for (int deepest : new int[] { 1, 4, 7, 100 }) {
            ByteArrayOutputStream labels = new ByteArrayOutputStream();
            int slices = new Segmenter(engine, SegmenterOptions.DEFAULT).prepare(scan, plan, Workspace.ofHeap()).whole()
                    .end();
            for (Slab slab : Slab.of(slices, deepest))
                labels.write(slab(scan, plan, slab, engine));
            PreparedScan prepared = new Segmenter(engine, SegmenterOptions.DEFAULT).prepare(scan, plan,
                    Workspace.ofHeap());
            Segmentation joined = new SlabSegmenter(engine, SegmenterOptions.DEFAULT).join(prepared,
                    new ByteArrayInputStream(labels.toByteArray()));
            assertThat(SegmenterTest.values(joined.mask().pixels())).as("slabs of %d slices", deepest)
                    .isEqualTo(expected);
            assertThat(joined.mask().geometry()).isEqualTo(whole.geometry());
        }
        // the engine chooses its graph by this number
        assertThat(engine.tiles).hasSize(1);
    }

    @Test
    void aSlabIsNoDeeperThanAllowedAndAllSlabsAreTheWhole() {
        assertThat(Slab.of(10, 4)).containsExactly(new Slab(0, 3), new Slab(3, 6), new Slab(6, 10));
        assertThat(Slab.of(3, 100)).containsExactly(new Slab(0, 3));
        Plan plan = TestPlans.plan(3, 1, Plan.GridAxes.LPS, TestPlans.AS_STORED, List.of(4, 4, 4));
        Scan scan = SegmenterTest.scan(SegmenterTest.oblique(3, 1, 2), 6, 5, 4, 1);
        // the working z axis is the scan's first: 6 slices of 20 voxels
        assertThat(Slab.of(scan, plan, 40)).hasSize(3);
        assertThat(Slab.of(scan, plan, 1)).hasSize(6);
        assertThat(Slab.of(scan, plan, 120)).hasSize(1);
    }

    @Test
    void labelsThatAreMissingAreNoMask() {
        Scan scan = SegmenterTest.scan(SegmenterTest.oblique(1, 2, 3), 9, 8, 7, 1);
        Plan plan = TestPlans.plan3d(List.of(4, 5, 4));
        Engine engine = new ContextEngine(plan);
        PreparedScan prepared = new Segmenter(engine, SegmenterOptions.DEFAULT).prepare(scan, plan, Workspace.ofHeap());
        assertThatThrownBy(() -> new SlabSegmenter(engine, SegmenterOptions.DEFAULT).join(prepared,
                new ByteArrayInputStream(new byte[9 * 8 * 7 - 1]))).isInstanceOf(SeptumException.class)
                        .hasMessageContaining("slice 6");
    }

    @Test
    void postProcessingIsDoneOnceOnTheWhole() throws IOException {
        Plan plan = plan(3, Plan.GridAxes.LPS, TestPlans.AS_STORED, List.of(4, 4, 4));
        Scan scan = SegmenterTest.scan(SegmenterTest.oblique(1, 2, 3), 5, 4, 6, 1);
        Engine engine = new ContextEngine(plan);
        PreparedScan prepared = new Segmenter(engine, SegmenterOptions.DEFAULT).prepare(scan, plan, Workspace.ofHeap());
        // a bar of class 7 through all slabs, and an island of it in the last
        byte[] labels = new byte[5 * 4 * 6];
        for (int z = 0; z < 6; z++)
            labels[z * 20] = 7;
        labels[5 * 20 + 19] = 7;
        LabelMask mask = new SlabSegmenter(engine, SegmenterOptions.DEFAULT)
                .join(prepared, new ByteArrayInputStream(labels)).mask();
        assertThat(mask.count(7)).isEqualTo(6);
    }
}
