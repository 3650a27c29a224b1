package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.command.CommandModule;
import org.septum.core.Scan;
import org.septum.pipeline.Toys;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageConverter;
import ij.process.StackConverter;

/** What people do to Segment… that it was not made for: a clear message or a right mask, and nothing is lost. */
@Tag("engine")
class SegmentAbuseTest extends SegmentAbuse {

    /** A bright square on a dark picture, in whatever type. */
    private static ImagePlus square(int size) {
        ByteProcessor picture = new ByteProcessor(size, size);
        picture.setValue(200);
        picture.fill(new Roi(0, 0, (size + 1) / 2, (size + 1) / 2));
        return new ImagePlus("square", picture);
    }

    @Test
    void noImage() throws InterruptedException, ExecutionException {
        assertRefused(run("model", volumes), "no image is open");
    }

    @Test
    void anImageThatIsClosed() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.flush();
        assertRefused(run("image", image, "model", volumes), "no image is open");
    }

    @Test
    void aPictureForAModelOfVolumes() throws InterruptedException, ExecutionException {
        assertRefused(run("image", square(20), "model", volumes), "is a 2D image of 20×20", "use a 2D model");
    }

    @Test
    void coloursForAModelOfGreyValues() throws InterruptedException, ExecutionException {
        assertRefused(run("image", new ImagePlus("rgb", new ColorProcessor(9, 9)), "model", pictures), "3 channels",
                "the model needs 1 channel");
    }

    @Test
    void aCompositeOfTwoChannels() throws InterruptedException, ExecutionException {
        ImageStack stack = new ImageStack(9, 9);
        stack.addSlice(new ByteProcessor(9, 9));
        stack.addSlice(new ByteProcessor(9, 9));
        ImagePlus two = new ImagePlus("two", stack);
        two.setDimensions(2, 1, 1);
        assertRefused(run("image", new CompositeImage(two), "model", pictures), "2 channels");
    }

    @Test
    void aHyperstackOfFiveDimensions() throws InterruptedException, ExecutionException {
        ImageStack stack = new ImageStack(9, 9);
        for (int i = 0; i < 2 * 3 * 4; i++)
            stack.addSlice(new ByteProcessor(9, 9));
        ImagePlus image = new ImagePlus("5d", stack);
        image.setDimensions(2, 3, 4);
        image.setOpenAsHyperStack(true);
        assertRefused(run("image", image, "model", volumes, "phase", "all"), "2 channels", "needs 1 channel");
    }

    @Test
    void aStackForAModelOfPicturesIsSegmentedSliceBySlice() throws InterruptedException, ExecutionException {
        assertThat(mask(run("image", toy(), "model", pictures))).isEqualTo(expected());
    }

    @Test
    void aSinglePixel() throws InterruptedException, ExecutionException {
        ImagePlus dark = new ImagePlus("1x1", new ByteProcessor(1, 1));
        assertThat(mask(run("image", dark, "model", pictures))).containsExactly(0);
        assertThat(mask(run("image", square(1), "model", pictures))).containsExactly(1);
    }

    @Test
    void eightAndSixteenBitsWithALookupTable() throws InterruptedException, ExecutionException {
        for (int bits : new int[] { 8, 16 }) {
            ImagePlus image = toy();
            ImageConverter.setDoScaling(false);
            if (bits == 8)
                new StackConverter(image).convertToGray8();
            else
                new StackConverter(image).convertToGray16();
            image.setLut(ij.process.LUT.createLutFromColor(java.awt.Color.RED));
            image.setDisplayRange(50, 60);
            assertThat(mask(run("image", image, "model", volumes))).as(bits + " bits").isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @CsvSource({ "pixel", "''", "parsec" })
    void unitsThatAreNoLength(String unit) throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.getCalibration().setUnit(unit);
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void valuesThatAreNoNumber() throws InterruptedException, ExecutionException {
        FloatProcessor picture = new FloatProcessor(2, 1, new float[] { Float.NaN, 200 });
        assertThat(mask(run("image", new ImagePlus("nan", picture), "model", pictures))).containsExactly(0, 1);
    }

    @Test
    void anImageWithoutATitle() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setTitle("");
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void aVirtualStack() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        ImageStack stack = image.getStack();
        ImageStack lazy = LazyStack.of(23, 26, 11, Long.MAX_VALUE,
                i -> new FloatProcessor(23, 26, ((float[]) stack.getPixels(i + 1)).clone()));
        ImagePlus virtual = new ImagePlus("virtual", lazy);
        Images.calibrate(virtual, Toys.scan("toy", 1));
        assertThat(mask(run("image", virtual, "model", volumes))).isEqualTo(expected());
    }

    @Test
    void aSelectionOutsideTheImage() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setRoi(new Roi(100, 100, 5, 5));
        assertRefused(run("image", image, "model", volumes), "outside", "Select None");
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void aModelThatWasRenamedAndAFileThatIsNone() throws InterruptedException, ExecutionException, IOException {
        assertRefused(run("image", toy(), "model", folder.resolve("renamed").toFile()), "no model at", "renamed",
                "installed");
        Path text = Files.writeString(folder.resolve("notes.txt"), "no model");
        assertRefused(run("image", toy(), "model", text.toFile()), "notes.txt");
        assertRefused(run("image", toy(), "model", Files.createDirectory(folder.resolve("empty")).toFile()), "empty");
    }

    @ParameterizedTest
    @CsvSource({ "precision, int8, Compress Model...", "precision, fp64, precision",
            "engine, tensorflow, allowed: onnx", "overlap, 1.0, overlap", "phase, second, 'allowed: current, all'",
            "device, tpu, tpu" })
    void optionsThatAreNotThere(String option, String value, String word)
            throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        assertRefused(run("image", image, "model", volumes, option, value), word);
        assertThat(image.getOverlay().size()).isEqualTo(1);
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void twoRunsOnTwoImagesAtOnce() throws InterruptedException, ExecutionException {
        Scan other = Toys.scan("other", 4);
        Future<CommandModule> first = begin("image", toy(), "model", volumes);
        Future<CommandModule> second = begin("image", Images.of(other), "model", volumes);
        assertThat(mask(first.get())).isEqualTo(expected());
        assertThat(mask(second.get())).isEqualTo(Toys.values(Toys.mask(other)));
    }

    @Test
    void anImageThatIsBeingWorkedOn() throws InterruptedException, ExecutionException {
        ImagePlus image = toy();
        assertThat(image.lockSilently()).isTrue();
        assertRefused(run("image", image, "model", volumes), "toy.tif is being worked on");
        assertThat(image.isLocked()).as("the lock of the other one stays").isTrue();
        image.unlock();
        assertThat(mask(run("image", image, "model", volumes))).isEqualTo(expected());
        assertThat(image.isLocked()).isFalse();
    }
}
