package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.core.Scan;
import org.septum.pipeline.Toys;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.FloatProcessor;

@Tag("engine")
class SegmentCommandTest {

    @TempDir
    private static Path folder;

    private static Context context;

    private static File model;

    @BeforeAll
    static void start() {
        context = new Context();
        model = Toys.model(folder.resolve("toy")).toFile();
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    /** A toy scan as ImageJ would show it. */
    private static ImagePlus image(Scan scan) {
        ImageStack stack = new ImageStack((int) scan.size(0), (int) scan.size(1));
        for (int z = 0; z < scan.size(2); z++) {
            FloatProcessor slice = new FloatProcessor((int) scan.size(0), (int) scan.size(1));
            for (int y = 0; y < scan.size(1); y++)
                for (int x = 0; x < scan.size(0); x++)
                    slice.setf(x, y, scan.pixels().getAt(x, y, z, 0).get());
            stack.addSlice(slice);
        }
        ImagePlus image = new ImagePlus("toy.tif", stack);
        image.getCalibration().setUnit("mm");
        image.getCalibration().pixelWidth = scan.geometry().spacing().x();
        image.getCalibration().pixelHeight = scan.geometry().spacing().y();
        image.getCalibration().pixelDepth = scan.geometry().spacing().z();
        return image;
    }

    private static CommandModule run(ImagePlus image, File chosen, boolean overlay)
            throws InterruptedException, ExecutionException {
        return context.service(CommandService.class)
                .run(SegmentCommand.class, true, "image", image, "model", chosen, "device", "cpu", "overlay", overlay)
                .get();
    }

    @Test
    void isInTheMenu() {
        CommandInfo info = context.service(CommandService.class).getCommand(SegmentCommand.class);
        assertThat(info.getMenuPath().getMenuString()).isEqualTo("Plugins > Septum > Segment...");
        assertThat(info.canRunHeadless()).isTrue();
    }

    @Test
    void anImageGivesALabelImageAndAnOverlay() throws InterruptedException, ExecutionException {
        Scan scan = Toys.scan("toy", 1);
        ImagePlus image = image(scan);
        ImagePlus mask = (ImagePlus) run(image, new File(model, "rdf.yaml"), true).getOutput("mask");
        assertThat(mask.getTitle()).isEqualTo("toy mask");
        assertThat(mask.getNSlices()).isEqualTo(11);
        assertThat(mask.getCalibration().pixelDepth).isCloseTo(2.5, within(1e-12));
        byte[] expected = Toys.values(Toys.mask(scan));
        for (int i = 0; i < expected.length; i++) {
            int z = i / (23 * 26);
            assertThat(mask.getStack().getVoxel(i % 23, i / 23 % 26, z)).as("voxel " + i).isEqualTo(expected[i]);
        }
        assertThat(image.getOverlay().size()).isBetween(5, 11);
        assertThat(image.getOverlay().get(0).getZPosition() + image.getOverlay().get(0).getPosition()).isPositive();
        int rgb = mask.getStack().getColorModel().getRGB(1) & 0xffffff;
        assertThat(rgb).isEqualTo(Toys.LABELS.classes().get(1).rgb());
    }

    @Test
    void aSecondMaskTakesThePlaceOfTheFirstOnTheOverlay() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 1));
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        run(image, model, true);
        int once = image.getOverlay().size();
        run(image, model, true);
        assertThat(image.getOverlay().size()).isEqualTo(once);
        assertThat(image.getOverlay().get(0).getBounds().width).isEqualTo(3);
    }

    @Test
    void withoutAnOverlayTheImageStaysAsItIs() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 2));
        run(image, model, false);
        assertThat(image.getOverlay()).isNull();
    }

    @Test
    void aModelThatIsNotThereCancelsWithAReason() throws InterruptedException, ExecutionException {
        CommandModule module = run(image(Toys.scan("toy", 2)), new File(model, "gone"), true);
        assertThat(module.isCanceled()).isTrue();
        assertThat(module.getCancelReason()).contains("no model").contains("gone");
        assertThat(module.getOutput("mask")).isNull();
    }

    /** The toy model's training mirrored nothing. */
    @Test
    void mirrorImagesOfAModelThatSawNoneCancelWithAReason() throws InterruptedException, ExecutionException {
        CommandModule module = context.service(CommandService.class).run(SegmentCommand.class, true, "image",
                image(Toys.scan("toy", 2)), "model", model, "device", "cpu", "tta", true).get();
        assertThat(module.isCanceled()).isTrue();
        assertThat(module.getCancelReason()).contains("trained without mirrored");
    }
}
