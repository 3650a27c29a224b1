package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;

/** Processes elsewhere, played by this one: recipes go through bytes, tasks come in another order. */
@Tag("engine")
class SegmentOnClusterTest {

    /** A slice of a toy scan has 598 voxels: four slabs. */
    private static final long SMALL = 2000;

    @TempDir
    private static Path shared;

    private static Path model;

    private static Path scans;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeScans() throws IOException {
        model = Toys.model(shared.resolve("toy.zip"));
        scans = shared.resolve("scans");
        for (int i = 0; i < 2; i++) {
            Scan scan = Toys.scan("toy", i);
            NiftiScanWriter.write(scan, scans.resolve("n/s" + i + ".nii.gz"), false);
            DicomSeriesWriter.write(scan, scans.resolve("p" + i + "/dicom"), false);
        }
        byte[] bytes = Files.readAllBytes(scans.resolve("n/s0.nii.gz"));
        Files.write(scans.resolve("n/cut.nii.gz"), Arrays.copyOf(bytes, bytes.length / 2));
    }

    @AfterEach
    void closeModels() {
        BatchWorker.closeIdle();
    }

    private SegmentFolders.Request request(String output) {
        return SegmentFolders.Request.of(SegmentScans.Request.of(List.of(scans), model, folder.resolve(output))
                .withDevice("cpu").withOutputs(SegmentOutputs.DEFAULT.withPictures(true, false)));
    }

    private Map<String, String> tree(String output) throws IOException {
        Path root = folder.resolve(output);
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(root.resolve(".septum")) || file.toString().endsWith(".png"))
                    tree.put(root.relativize(file).toString(), Sha256.of(file));
        }
        return tree;
    }

    /** One task after the other, each with two scans at most; the slabs in reverse. */
    private static class Elsewhere implements SegmentOnCluster.Executors {

        private final List<String> tasks = new ArrayList<>();

        @Override
        public void segment(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
            for (int i = 0; i < scans.size(); i += 2) {
                List<ScanRecipe> some = scans.subList(i, Math.min(i + 2, scans.size())).stream().map(Elsewhere::sent)
                        .toList();
                some.forEach(scan -> tasks.add(scan.scan()));
                onOutcome.accept(sent(BatchWorker.with(sent(recipe), Progress.SILENT,
                        worker -> worker.segment(some, false, Progress.SILENT))));
            }
        }

        @Override
        public void segmentSlabs(BatchRecipe recipe, List<SlabRecipe> slabs) {
            List<SlabRecipe> all = new ArrayList<>(slabs);
            Collections.reverse(all);
            for (SlabRecipe slab : all) {
                tasks.add(slab.scan().scan() + " " + slab.first());
                BatchWorker.with(sent(recipe), Progress.SILENT, worker -> {
                    worker.segment(sent(slab), false, Progress.SILENT);
                    return slab;
                });
            }
        }

        @Override
        public void join(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
            onOutcome.accept(sent(BatchWorker.with(sent(recipe), Progress.SILENT,
                    worker -> worker.join(scans, false, Progress.SILENT))));
        }

        private static <T extends Serializable> T sent(T object) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(object);
                out.flush();
                @SuppressWarnings("unchecked")
                T copy = (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
                assertThat(copy).isEqualTo(object);
                return copy;
            } catch (IOException | ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void tasksElsewhereWriteTheTreeOfARunHere() throws IOException {
        SegmentFolders.run(request("here"), Progress.SILENT);
        Elsewhere elsewhere = new Elsewhere();
        SegmentFolders.Result result = SegmentOnCluster.run(request("there"), Long.MAX_VALUE, elsewhere,
                Progress.SILENT);
        assertThat(result.done()).isEqualTo(4);
        assertThat(result.failures()).singleElement().asString().contains("cut.nii.gz");
        assertThat(tree("there")).isEqualTo(tree("here")).hasSize(4 * 3 + 2);
        assertThat(elsewhere.tasks).hasSize(5);
        SegmentFolders.Result again = SegmentOnCluster.run(request("there").withAgain(SegmentFolders.Again.RESUME),
                Long.MAX_VALUE, elsewhere, Progress.SILENT);
        assertThat(again.before()).isEqualTo(4);
        assertThat(again.failed()).isEqualTo(1);
        assertThat(elsewhere.tasks).hasSize(6);
    }

    @Test
    void largeScansAreDividedAndTheTreeIsTheSame() throws IOException {
        SegmentFolders.run(request("here"), Progress.SILENT);
        Elsewhere elsewhere = new Elsewhere();
        SegmentFolders.Result result = SegmentOnCluster.run(request("slabs"), SMALL, elsewhere, Progress.SILENT);
        assertThat(result.done()).isEqualTo(4);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(elsewhere.tasks.stream().filter(task -> task.contains(" "))).hasSize(4 * 4);
        assertThat(tree("slabs")).isEqualTo(tree("here"));
        assertThat(folder.resolve("slabs/.septum/slabs")).doesNotExist();
    }

    @Test
    void ofJoinedMasksIsSaidThatTheirDiceIsNotPredicted() throws IOException {
        SegmentFolders.Request request = SegmentFolders.Request.of(SegmentScans.Request
                .of(List.of(scans.resolve("p0")), Toys.calibrated(folder.resolve("judge")), folder.resolve("judged"))
                .withDevice("cpu").withOutputs(SegmentOutputs.DEFAULT.withQuality(true)));
        assertThat(SegmentOnCluster.run(request, SMALL, new Elsewhere(), Progress.SILENT).done()).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("judged/summary.csv")).get(1)).contains(",no,,")
                .contains(JudgeMasks.NOT_PREDICTED).doesNotContain("look at it");
    }

    @Test
    void aRunThatDiesGoesOnWithTheSlabsThatThereAre() throws IOException {
        SegmentFolders.run(request("here"), Progress.SILENT);
        Elsewhere dying = new Elsewhere() {

            @Override
            public void join(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
                throw new SeptumException(SeptumException.Kind.OUTPUT, "the cluster is gone");
            }

            @Override
            public void segmentSlabs(BatchRecipe recipe, List<SlabRecipe> slabs) {
                super.segmentSlabs(recipe, slabs.subList(0, 7));
            }
        };
        assertThatThrownBy(() -> SegmentOnCluster.run(request("slabs"), SMALL, dying, Progress.SILENT))
                .hasMessageContaining("gone");
        try (Stream<Path> kept = Files.walk(folder.resolve("slabs/.septum/slabs"))) {
            assertThat(kept.filter(f -> f.toString().endsWith(".gz"))).hasSize(7);
        }
        SegmentFolders.Result result = SegmentOnCluster.run(request("slabs").withAgain(SegmentFolders.Again.RESUME),
                SMALL, new Elsewhere(), Progress.SILENT);
        assertThat(result.done()).isEqualTo(4);
        assertThat(tree("slabs")).isEqualTo(tree("here"));
    }

    @Test
    void aSlabThatCannotBeSegmentedFailsItsScanAndNoOther() throws IOException {
        Elsewhere elsewhere = new Elsewhere() {

            @Override
            public void segmentSlabs(BatchRecipe recipe, List<SlabRecipe> slabs) {
                try {
                    // damaged after it was opened
                    Path file = Path.of(slabs.get(0).scan().path());
                    Files.write(file, new byte[100]);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                super.segmentSlabs(recipe, slabs);
            }
        };
        Path own = folder.resolve("two");
        for (int i = 0; i < 2; i++)
            NiftiScanWriter.write(Toys.scan("toy", i), own.resolve("s" + i + ".nii"), false);
        SegmentFolders.Request request = SegmentFolders.Request
                .of(SegmentScans.Request.of(List.of(own), model, folder.resolve("slabs")).withDevice("cpu"));
        SegmentFolders.Result result = SegmentOnCluster.run(request, SMALL, elsewhere, Progress.SILENT);
        assertThat(result.done()).isEqualTo(1);
        assertThat(result.failures()).singleElement().asString().contains("s0.nii");
        assertThat(folder.resolve("slabs/.septum/slabs")).doesNotExist();
    }

    @Test
    void aScanAtWhichEveryProcessDiesIsGivenUpAndTheOthersGoOn() {
        Elsewhere elsewhere = new Elsewhere() {

            @Override
            public void segment(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
                // what a process leaves that is killed while it has the scan in hand
                RunRecords killed = RunRecords.open(folder.resolve("out"));
                killed.append(ScanRecord.begun(scans.get(1).batchScan(), 1, 1, scans.get(1).name()));
                onOutcome.accept(BatchWorker.with(recipe, Progress.SILENT,
                        worker -> worker.segment(scans, true, Progress.SILENT)));
            }
        };
        SegmentFolders.Result result = SegmentOnCluster.run(request("out"), Long.MAX_VALUE, elsewhere, Progress.SILENT);
        assertThat(result.done()).isEqualTo(3);
        assertThat(result.failures()).hasSize(2).anyMatch(problem -> problem.contains("died"));
    }

    @Test
    void anExecutorWithAnotherModelStops() {
        BatchRecipe recipe = BatchRecipe.of(request("other"), "0".repeat(64), Set.of(), SMALL);
        assertThatThrownBy(() -> BatchWorker.with(recipe, Progress.SILENT, worker -> worker))
                .isInstanceOf(SeptumException.class).hasMessageContaining("another one here");
    }
}
