package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.core.FileTree;
import org.septum.core.Scan;
import org.septum.io.NiftiScanWriter;
import org.septum.pipeline.Toys;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Line;
import ij.gui.Overlay;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageConverter;
import ij.process.ShortProcessor;
import ij.process.StackConverter;

/** More of what {@link SegmentAbuseTest} tries: odd images, files and models that are not what they seem. */
@Tag("engine")
class SegmentMoreAbuseTest extends SegmentAbuse {

    private static double millilitres() {
        ResultsTable table = ResultsTable.getResultsTable();
        return table.getValue("Volume (ml)", table.size() - 1);
    }

    /** Zero and negative sizes are no sizes: the mask comes, no volumes. */
    @ParameterizedTest
    @CsvSource({ "0", "-0.7", "NaN", "Infinity" })
    void voxelSizesThatCannotBe(double spacing) throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.getCalibration().pixelWidth = spacing;
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
        assertThat(millilitres()).isNaN();
    }

    @Test
    void inchesAndMixedUnitsGiveMillilitres() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        run("image", image, "model", volumes);
        double right = millilitres();
        image.getCalibration().setUnit("inch");
        image.getCalibration().pixelWidth = 0.7 / 25.4;
        image.getCalibration().pixelHeight = 0.9 / 25.4;
        image.getCalibration().setZUnit("cm");
        image.getCalibration().pixelDepth = 0.25;
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
        assertThat(millilitres()).isCloseTo(right, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void aStackOfColoursForAModelOfGreyValues() throws InterruptedException, ExecutionException {
        ImageStack stack = new ImageStack(23, 26);
        for (int z = 0; z < 11; z++)
            stack.addSlice(new ColorProcessor(23, 26));
        assertRefused(run("image", new ImagePlus("rgb", stack), "model", volumes), "3 channels", "needs 1 channel");
    }

    @Test
    void sixteenBitsWithATableOfColours() throws InterruptedException, ExecutionException {
        ShortProcessor picture = new ShortProcessor(6, 4);
        picture.set(1, 2, 60000);
        ImagePlus image = new ImagePlus("lut", picture);
        image.setLut(new ij.process.LUT(new byte[256], new byte[256], new byte[256]));
        byte[] mask = mask(run("image", image, "model", pictures));
        assertThat(mask[13]).isEqualTo((byte) 1);
        assertThat(mask[0]).isZero();
    }

    @Test
    void anEightBitImageWithADensityCalibration() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        ImageConverter.setDoScaling(false);
        new StackConverter(image).convertToGray8();
        for (int z = 1; z <= 11; z++)
            image.getStack().getProcessor(z).multiply(0.5);
        image.getCalibration().setFunction(ij.measure.Calibration.STRAIGHT_LINE, new double[] { 0, 2 }, "HU");
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void slicesWithoutLabelsAndAnImageWithoutAFile() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        for (int z = 1; z <= 11; z++)
            image.getStack().setSliceLabel(null, z);
        image.setFileInfo(new ij.io.FileInfo());
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void onePlaneOfAVolumeForAModelOfVolumes() throws InterruptedException, ExecutionException {
        ImagePlus image = new ImagePlus("plane", toy().getStack().getProcessor(6));
        image.setCalibration(toy().getCalibration());
        assertRefused(run("image", image, "model", volumes), "2D image of 23×26", "2D model");
    }

    @Test
    void framesOfOneSliceForAModelOfVolumes() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setDimensions(1, 1, 11);
        assertRefused(run("image", image, "model", volumes, "phase", "all"), "2D image");
    }

    @Test
    void lowerCaseWordsAreNotWhatAFrameIsCalled() throws InterruptedException, ExecutionException {
        assertRefused(run("image", toy(), "model", volumes, "phase", "3"), "phase \"3\"", "current, all");
    }

    @ParameterizedTest
    @CsvSource({ "line", "point" })
    void selectionsThatAreNoAreaCountAsNone(String kind) throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setRoi(kind.equals("line") ? new Line(2, 2, 9, 9) : new PointRoi(4, 4));
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
        assertThat(image.getRoi()).as("it stays").isNotNull();
    }

    @Test
    void aHugeSelectionThatReachesBeyondTheImage() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setRoi(new Roi(-100000, -100000, 300000, 300000));
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void aSelectionOfNothing() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setRoi(new Roi(3, 3, 0, 0), false);
        CommandModule module = run("image", image, "model", volumes);
        if (module.isCanceled())
            assertRefused(module, "selection");
        else
            assertThat(mask(module)).hasSize(expected().length);
    }

    @Test
    void infiniteValuesAndAConstantImage() throws InterruptedException, ExecutionException {
        FloatProcessor picture = new FloatProcessor(3, 1,
                new float[] { Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0 });
        assertThat(mask(run("image", new ImagePlus("inf", picture), "model", pictures))).hasSize(3);
        assertThat(mask(run("image", new ImagePlus("black", new ByteProcessor(40, 30)), "model", pictures)))
                .containsOnly(0);
    }

    @Test
    void aTitleThatIsNoFileName() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setTitle("../a:b?*\"<c>|\n");
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void anImageThatIsClosedWhileItRunsStillGetsItsMask() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        CountDownLatch read = new CountDownLatch(1);
        ImageStack stack = image.getStack();
        ImagePlus slow = new ImagePlus("slow", LazyStack.of(23, 26, 11, Long.MAX_VALUE, i -> {
            // the first is shown before anything runs
            if (i == 7)
                read.countDown();
            return new FloatProcessor(23, 26, ((float[]) stack.getPixels(i + 1)).clone());
        }));
        Images.calibrate(slow, Toys.scan("toy", 1));
        Future<CommandModule> running = begin("image", slow, "model", volumes);
        assertThat(read.await(60, TimeUnit.SECONDS)).isTrue();
        slow.flush();
        assertThat(mask(running.get())).isEqualTo(expected());
        assertThat(slow.isLocked()).isFalse();
    }

    @Test
    void twoRunsOnOneImageAtOnce() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        List<Future<CommandModule>> runs = List.of(begin("image", image, "model", volumes),
                begin("image", image, "model", volumes), begin("image", image, "model", volumes));
        int well = 0;
        for (Future<CommandModule> run : runs) {
            if (run.get().isCanceled())
                assertRefused(run.get(), "is being worked on");
            else
                well += mask(run.get()).length > 0 ? 1 : 0;
        }
        assertThat(well).isPositive();
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void aModelWhoseZipIsCutOff() throws InterruptedException, ExecutionException, IOException {
        Path whole = folder.resolve("whole.zip");
        BundleWriter.write(BundleReader.read(volumes.toPath()), whole, false);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.zip");
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(run("image", toy(), "model", cut.toFile()), "cut.zip");
        Files.write(cut, new byte[0]);
        assertRefused(run("image", toy(), "model", cut.toFile()), "cut.zip");
    }

    @Test
    void aModelWithAnAlteredFileAndOneWithoutWeights() throws InterruptedException, ExecutionException, IOException {
        Path altered = Toys.model(folder.resolve("altered"));
        byte[] weights = Files.readAllBytes(altered.resolve("weights.onnx"));
        weights[weights.length / 2] ^= 1;
        Files.write(altered.resolve("weights.onnx"), weights);
        assertRefused(run("image", toy(), "model", altered.toFile()), "weights.onnx");
        Path bare = Toys.model(folder.resolve("bare"));
        Files.delete(bare.resolve("weights.onnx"));
        assertRefused(run("image", toy(), "model", bare.toFile()), "weights.onnx");
    }

    /** Chosen in the dialog, gone when OK is pressed. */
    @Test
    void aModelThatIsDeletedWhileTheDialogIsOpen() throws InterruptedException, ExecutionException {
        Path gone = Toys.model(folder.resolve("gone"));
        ModelChoice chosen = new ModelChoice(gone.toString());
        FileTree.delete(gone);
        ImagePlus image = toy();
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        assertRefused(run("image", image, "model", chosen), "no model at", "gone");
        assertThat(image.getOverlay().size()).isEqualTo(1);
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void integersAskedOfAModelWithoutAreExplainedInTheWordsOfTheMenu() throws InterruptedException, ExecutionException {
        assertRefused(run("image", toy(), "model", volumes, "precision", "int8"), "Compress Model...", "method=int8");
        assertRefused(run("image", toy(), "model", volumes, "precision", "int8", "engine", "pytorch"), "precision",
                "engine");
        assertRefused(run("image", toy(), "model", volumes, "tta", true), "\"Test-time augmentation\" (tta=true)");
        assertRefused(run("image", toy(), "model", volumes, "device", "gpu:99"), "gpu");
    }

    @Test
    void aFolderThatCannotBeWritten() throws InterruptedException, ExecutionException, IOException {
        Path scans = Files.createDirectory(folder.resolve("scans"));
        Scan scan = Toys.scan("scan", 1);
        NiftiScanWriter.write(scan, scans.resolve("scan.nii.gz"), false);
        File closed = Files.createDirectory(folder.resolve("closed")).toFile();
        Assumptions.assumeTrue(closed.setWritable(false) && !Files.isWritable(closed.toPath()),
                "this user may write everywhere");
        CommandModule module = context.service(CommandService.class).run(SegmentFolderCommand.class, true, "input",
                scans.toFile(), "model", volumes, "output", closed, "device", "cpu").get();
        assertThat(module.getCancelReason()).contains("closed").doesNotContain("mistake in Septum");
    }

    @Test
    void anOutputThatIsTheModelOrAFile() throws InterruptedException, ExecutionException, IOException {
        Path scans = Files.createDirectory(folder.resolve("scans2"));
        NiftiScanWriter.write(Toys.scan("scan", 1), scans.resolve("scan.nii.gz"), false);
        File file = Files.writeString(folder.resolve("file.txt"), "mine").toFile();
        CommandModule module = context.service(CommandService.class).run(SegmentFolderCommand.class, true, "input",
                scans.toFile(), "model", volumes, "output", file, "device", "cpu").get();
        assertThat(module.getCancelReason()).contains("file.txt").doesNotContain("mistake in Septum");
        assertThat(file).hasContent("mine");
    }
}
