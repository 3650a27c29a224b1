package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.NiftiScanWriter;
import org.septum.io.RoiZipMaskWriter;
import org.septum.io.ScanFiles;
import org.septum.pipeline.Toys;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.macro.Interpreter;

@Tag("engine")
class CorrectCommandTest {

    private static final ClassLabels SIDES = ClassLabels.of("background", "left", "left wall", "right");

    @TempDir
    private static Path folder;

    private static Context context;

    private static File model;

    private final Scan scan = Toys.scan("toy", 1);

    @BeforeAll
    static void start() {
        context = new Context();
        model = Toys.model(folder.resolve("toy")).toFile();
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    /** The blob in three classes by its columns. */
    private LabelMask sides() {
        LabelMask blob = Toys.mask(scan);
        LabelMask sides = new LabelMask(ArrayImgs.unsignedBytes(23, 26, 11), blob.geometry(), SIDES);
        for (int z = 0; z < 11; z++)
            for (int y = 0; y < 26; y++)
                for (int x = 0; x < 23; x++)
                    if (blob.pixels().getAt(x, y, z).get() == 1)
                        sides.pixels().getAt(x, y, z).set(x < 9 ? 1 : x < 12 ? 2 : 3);
        return sides;
    }

    private static Path newFolder(String name) throws IOException {
        return Files.createTempDirectory(folder, name).resolve("corrections");
    }

    @Test
    void segmentedTurnedIntoSelectionsEditedAndBackIsTheEditAndNothingElse() {
        OpenImage open = OpenImage.of(Images.of(scan));
        LabelMask mask = sides();
        List<Roi> rois = new ArrayList<>(new MaskImage(List.of(mask), List.of(1), open).selections());
        CorrectedMask correct = new CorrectedMask(SIDES, scan, Progress.SILENT);
        byte[] whole = Toys.values(mask);
        assertThat(Toys.values(correct.ofSelections(rois, open::slice))).isEqualTo(whole);
        // slice 6 loses its right side, slice 2 gets a round left wall
        rois.removeIf(r -> r.getName().equals("right 6"));
        Roi round = new OvalRoi(2, 3, 7, 9);
        round.setName("Left Wall 2");
        round.setPosition(2);
        rois.add(round);
        byte[] expected = whole.clone();
        for (int i = 0; i < expected.length; i++) {
            int z = i / (23 * 26);
            boolean isRound = z == 1 && round.containsPoint(i % 23 + 0.5, i / 23 % 26 + 0.5);
            expected[i] = isRound ? 2 : z == 5 && whole[i] == 3 ? 0 : whole[i];
        }
        assertThat(Toys.values(correct.ofSelections(rois, open::slice))).isEqualTo(expected).isNotEqualTo(whole);
    }

    @Test
    void masksThatWereWrittenAsSelectionsComeBackExactly() {
        Path zip = folder.resolve("sides_rois.zip");
        new RoiZipMaskWriter().write(sides(), zip, false);
        List<Roi> rois = CorrectedMask.selections(zip);
        assertThat(rois).anyMatch(r -> r.getName().equals("left wall-0006"));
        assertThat(Toys
                .values(new CorrectedMask(SIDES, scan, Progress.SILENT).ofSelections(rois, r -> r.getPosition() - 1)))
                        .isEqualTo(Toys.values(sides()));
    }

    @Test
    void selectionsThatCannotBeMeantAreNamed() {
        CorrectedMask correct = new CorrectedMask(SIDES, scan, Progress.SILENT);
        Roi roi = new Roi(1, 1, 4, 4);
        roi.setName("0005-0012");
        assertRefused(correct, roi, 0, "0005-0012 names no class", "\"left 1\"");
        roi.setName("left 3");
        assertRefused(correct, roi, -1, "belongs to no slice");
        assertRefused(correct, roi, 11, "is on slice 12");
        Roi line = new Line(1, 1, 5, 5);
        line.setName("right");
        assertRefused(correct, line, 0, "is no area");
        roi.setName("?");
        roi.setGroup(3);
        assertThat(correct.ofSelections(List.of(roi), r -> 0).count(3)).as("by its group").isEqualTo(16);
        roi.setLocation(-2, 24);
        assertThat(correct.ofSelections(List.of(roi), r -> 0).count(3)).as("partly outside").isEqualTo(4);
        List<String> heard = new ArrayList<>();
        Progress listening = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                // not looked at
            }

            @Override
            public void message(String line) {
                heard.add(line);
            }

            @Override
            public boolean isCancelled() {
                return false;
            }
        };
        Roi other = new Roi(0, 0, 23, 26);
        other.setName("left");
        new CorrectedMask(SIDES, scan, listening).ofSelections(List.of(roi, other), r -> 0);
        assertThat(heard).singleElement().asString().startsWith("4 voxels belong to selections of two classes");
    }

    private static void assertRefused(CorrectedMask correct, Roi roi, int slice, String... words) {
        assertThatThrownBy(() -> correct.ofSelections(List.of(roi), r -> slice)).isInstanceOf(SeptumException.class)
                .hasMessageContainingAll(words);
    }

    private static CommandModule run(Object... inputs) throws InterruptedException, ExecutionException {
        List<Object> all = new ArrayList<>(List.of("model", model, "device", "cpu"));
        all.addAll(List.of(inputs));
        return context.service(CommandService.class).run(CorrectCommand.class, true, all.toArray()).get();
    }

    private static byte[] kept(Path corrections, String name) {
        return Toys.values(ScanFiles.readMask(corrections.resolve("labelsTr").resolve(name + ".nii.gz"), Toys.LABELS));
    }

    @Test
    void anEditedLabelImageBecomesACase() throws InterruptedException, ExecutionException, IOException {
        ImagePlus image = Images.of(scan);
        ImagePlus mask = (ImagePlus) context.service(CommandService.class)
                .run(SegmentCommand.class, true, "image", image, "model", model, "device", "cpu").get()
                .getOutput("mask");
        mask.getStack().setVoxel(0, 0, 0, 1);
        byte[] edited = Images.values(mask);
        Path corrections = newFolder("labels");
        Interpreter.batchMode = true;
        Interpreter.addBatchModeImage(mask);
        try {
            CommandModule module = run("image", image, "corrections", corrections.toFile(), "train", false);
            assertThat(module.getCancelReason()).isNull();
            assertThat(kept(corrections, "toy")).isEqualTo(edited);
            mask.getStack().setVoxel(3, 2, 1, 7);
            assertThat(run("image", image, "mask", "toy mask", "corrections", corrections.toFile(), "train", false,
                    "name", "b").getCancelReason()).contains("value 7.0", "(3, 2) of slice 2", "1 blob");
            ImagePlus small = new ImagePlus("small", new ij.process.ByteProcessor(5, 5));
            Interpreter.addBatchModeImage(small);
            assertThat(run("image", image, "mask", "small", "corrections", corrections.toFile(), "train", false, "name",
                    "b").getCancelReason()).contains("5×5×1", "23×26×11");
            Interpreter.removeBatchModeImage(small);
        } finally {
            Interpreter.removeBatchModeImage(mask);
            Interpreter.batchMode = false;
        }
        try (Stream<Path> cases = Files.list(corrections.resolve("labelsTr"))) {
            assertThat(cases).hasSize(1);
        }
    }

    @Test
    void selectionsOnTheOverlayAreLearnt() throws InterruptedException, ExecutionException, IOException {
        ImagePlus image = Images.of(scan);
        Overlay overlay = new Overlay();
        OpenImage open = OpenImage.of(image);
        new MaskImage(List.of(Toys.mask(scan)), List.of(1), open).selections().forEach(overlay::add);
        image.setOverlay(overlay);
        Path corrections = newFolder("overlay");
        Path output = corrections.resolveSibling("model");
        CommandModule module = run("image", image, "corrections", corrections.toFile(), "output", output.toFile(),
                "epochs", 1, "budget", 0);
        assertThat(module.getCancelReason()).isNull();
        assertThat(kept(corrections, "toy")).isEqualTo(Toys.values(Toys.mask(scan)));
        assertThat((String) module.getOutput("report")).contains("kept as case toy", "Dice 1.000 (n=1) before",
                "none held out");
        assertThat(output.resolve("rdf.yaml")).exists();
        overlay.remove(0);
        assertThat(run("image", image, "corrections", corrections.toFile(), "train", false).getCancelReason())
                .contains("exists", "\"Replace\" (overwrite=true)");
    }

    @Test
    void filesWithoutAnImage() throws InterruptedException, ExecutionException, IOException {
        Path file = folder.resolve("of_file.nii.gz");
        NiftiScanWriter.write(scan, file, true);
        Path zip = folder.resolve("blob_rois.zip");
        new RoiZipMaskWriter().write(Toys.mask(scan), zip, true);
        Path corrections = newFolder("files");
        assertThat(
                run("scan", file.toFile(), "mask", zip.toString(), "corrections", corrections.toFile(), "train", false)
                        .getCancelReason()).isNull();
        assertThat(kept(corrections, "of_file")).isEqualTo(Toys.values(Toys.mask(scan)));
        assertThat(run("scan", file.toFile(), "corrections", corrections.toFile(), "train", false).getCancelReason())
                .contains("the corrected mask is a file");
    }

    @Test
    void whatIsMissingIsSaid() throws InterruptedException, ExecutionException, IOException {
        File corrections = newFolder("missing").toFile();
        ImagePlus image = Images.of(scan);
        assertThat(run("corrections", corrections, "train", false).getCancelReason()).contains("no image is open");
        assertThat(run("image", image, "corrections", corrections, "train", false).getCancelReason())
                .contains("no selection is in the ROI Manager", "\"toy mask\"");
        assertThat(run("image", image, "corrections", corrections).getCancelReason()).contains("no output",
                "train=false");
        assertThat(run("image", image, "corrections", corrections, "train", false, "mask", "none").getCancelReason())
                .contains("no image \"none\" is open");
        assertThat(corrections).doesNotExist();
    }
}
