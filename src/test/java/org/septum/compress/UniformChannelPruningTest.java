package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;

import ai.djl.Device;

@Tag("engine")
class UniformChannelPruningTest {

    private static final ClassLabels LABELS = ClassLabels.of("background", "box");

    private static final CompressionTarget HALF = CompressionTarget.DEFAULT;

    @TempDir
    static Path folder;

    private static List<DataCase> cases;

    /** Two volumes with a bright box, at another place in each. */
    @BeforeAll
    static void writeCases() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        ScanGeometry geometry = ScanGeometry.ofSpacing(0.7, 0.9, 2.5);
        for (int i = 0; i < 2; i++) {
            Img<FloatType> pixels = ArrayImgs.floats(15, 13, 9, 1);
            Img<UnsignedByteType> labels = ArrayImgs.unsignedBytes(15, 13, 9);
            Cursor<FloatType> at = pixels.localizingCursor();
            while (at.hasNext()) {
                at.fwd();
                long x = at.getLongPosition(0);
                long y = at.getLongPosition(1);
                long z = at.getLongPosition(2);
                boolean inside = Math.abs(x - 6 - i) < 4 && Math.abs(y - 5) < 3 && z > 2;
                at.get().set(7 * ((x * 5 + y * 3 + z * 7) % 11) + (inside ? 200 : 0));
                labels.getAt(x, y, z).set(inside ? 1 : 0);
            }
            NiftiScanWriter.write(new Scan("c" + i, pixels, geometry, Modality.MR, List.of()),
                    folder.resolve("images/c" + i + ".nii"), false);
            new NiftiMaskWriter().write(new LabelMask(labels, geometry, LABELS),
                    folder.resolve("labels/c" + i + ".nii"), false);
        }
        cases = CaseIndex.of(folder).cases();
    }

    private static PruningTask task(NetworkSpec network, CompressionTarget target, long seed) {
        Plan plan = new Plan(Plan.VERSION, "boxes", Modality.MR, List.of("scan"), LABELS, network, Plan.GridAxes.LPS,
                List.of(0.7, 0.9, 2.5), List.of(12, 8, 8), List.of(IntensityNormalization.perScan()),
                new TrainingPlan(2, 6, 10, 0.05, 0.9, 1e-4, 0.5, TrainingPlan.AugmentationPlan.NONE, seed), null);
        // a case that no method may look at cannot even be read
        DataCase held = new DataCase("held", List.of(folder.resolve("missing.nii")), folder.resolve("none.nii"), "h");
        return new PruningTask(plan, NamedWeights.initial(network.graph(), 3), target,
                NetworkCost.flops(plan.patchInTensorOrder()), new FoldSplit(0, cases, List.of(held)), Optional.empty(),
                Device.cpu());
    }

    private static NetworkSpec network() {
        return NetworkSpec.unet(3, 1, 2, List.of(24, 32), AttentionSpec.of("se"));
    }

    private static PruningMethod.Pruned prune(PruningMethod method, PruningTask task) {
        return method.prune(task, Progress.SILENT);
    }

    @Test
    void aTaskGivesASlimNetworkWithRandomWeightsAndTheSameOneAgain() {
        PruningTask task = task(network(), HALF, 5);
        PruningMethod.Pruned pruned = prune(new UniformChannelPruning(), task);

        assertThat(task.cost().of(pruned.network())).isLessThanOrEqualTo(task.allowed()).isCloseTo(task.allowed(),
                within(0.03 * task.allowed()));
        assertThat(pruned.network().pruningGates()).isFalse();
        assertThat(pruned.network().withWidths(Map.of())).isEqualTo(network());
        assertThat(pruned.fromScratch()).isTrue();
        assertThat(pruned.data()).isEqualTo(2);
        assertThat(pruned.weights()).isEqualTo(NamedWeights.initial(pruned.network().graph(), 5));
        assertThat(pruned.facts()).containsEntry("groups", "7, 7 with gates").containsEntry("steps with gates", "6")
                .containsKeys("lambda", "kept fraction at level 1", "kept fraction at level 2");
        assertThat(prune(new UniformChannelPruning(), task)).isEqualTo(pruned);
    }

    @Test
    void aThresholdBelowAllGatesKeepsTheNetwork() {
        PruningTask task = task(network(), HALF, 5);
        PruningMethod.Pruned pruned = prune(new UniformChannelPruning(new GateThreshold(-1)), task);
        assertThat(pruned.network()).isEqualTo(network());
        assertThat(pruned.facts()).containsEntry("kept fraction at level 1", "1.0000");
    }

    @Test
    void aTargetOutOfReachIsRefusedBeforeTheTraining() {
        PruningTask task = task(network(), new CompressionTarget(CompressionTarget.Kind.FLOPS, 0.01), 5);
        Progress strict = new Progress() {

            @Override
            public void report(String doing, long done, long total) {
                throw new AssertionError("it began with " + doing);
            }

            @Override
            public void message(String line) {
                throw new AssertionError(line);
            }
        };
        assertThatThrownBy(() -> new UniformChannelPruning().prune(task, strict)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("cannot be reached");
    }

    @ParameterizedTest
    @EnumSource(Normalization.class)
    void gatesStartAlikeAndATrainingMovesThemApart(Normalization norm) {
        PruningTask task = task(network().with(norm, org.septum.model.block.Activation.RELU), HALF, 5);
        Plan plan = GatedTraining.plan(task);
        NamedWeights before = GatedTraining.initial(task, plan);
        NamedWeights after = GatedTraining.train(task, Progress.SILENT).weights();

        task.weights().tensors().forEach((name, tensor) -> assertThat(before.get(name)).isEqualTo(tensor));
        CalibrationTiles tiles = CalibrationTiles.of(cases, plan, 4, Progress.SILENT);
        Map<String, List<Double>> start = means(plan.network(), before, tiles);
        Map<String, List<Double>> end = means(plan.network(), after, tiles);
        assertThat(end.keySet()).isEqualTo(UniformChannelPruning.halfOpen(task.network()).keySet());
        double spread = 0;
        for (String conv : end.keySet()) {
            assertThat(start.get(conv)).as(conv).containsOnly(0.5);
            spread = Math.max(spread, Collections.max(end.get(conv)) - Collections.min(end.get(conv)));
        }
        // gates before a batch normalisation: 1.6e-5
        assertThat(spread).isGreaterThan(1e-4);
    }

    private static Map<String, List<Double>> means(NetworkSpec gated, NamedWeights weights, CalibrationTiles tiles) {
        try (GateReader reader = new GateReader(gated, weights, Device.cpu())) {
            return reader.means(tiles, Progress.SILENT);
        }
    }

    @Test
    void gatesAreReadInAnyOrderAndBatch() {
        NetworkSpec gated = NetworkSpec.unet(2, 1, 2, List.of(20, 24), AttentionSpec.of("none")).withPruningGates(true);
        NamedWeights weights = NamedWeights.initial(gated.graph(), 7);
        Random random = new Random(8);
        float[] two = new float[2 * 8 * 6];
        for (int i = 0; i < two.length; i++)
            two[i] = (float) random.nextGaussian();
        try (GateReader reader = new GateReader(gated, weights, Device.cpu())) {
            Map<String, float[]> both = reader.gates(two, 2, 1, 8, 6);
            Map<String, float[]> second = new LinkedHashMap<>(
                    reader.gates(java.util.Arrays.copyOfRange(two, 48, 96), 1, 1, 8, 6));
            assertThat(both).hasSize(7);
            both.forEach((conv, gates) -> {
                int channels = gates.length / 2;
                assertThat(second.get(conv)).hasSize(channels);
                for (int c = 0; c < channels; c++)
                    assertThat(second.get(conv)[c]).isCloseTo(gates[channels + c], within(1e-6f)).isBetween(0f, 1f);
            });
        }
    }

    @Test
    void uniformWidthsLookAtNoData() {
        PruningTask task = task(network(), HALF, 5);
        PruningMethod.Pruned pruned = prune(new UniformWidths(), task);
        assertThat(task.cost().of(pruned.network())).isLessThanOrEqualTo(task.allowed()).isCloseTo(task.allowed(),
                within(0.03 * task.allowed()));
        assertThat(pruned.data()).isZero();
        assertThat(pruned.fromScratch()).isTrue();
        assertThat(pruned.weights()).isEqualTo(NamedWeights.initial(pruned.network().graph(), 5));
        assertThat(pruned.network().withWidths(Map.of())).isEqualTo(network());
    }
}
