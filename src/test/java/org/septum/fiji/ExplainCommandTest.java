package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.pipeline.ExplainImage;
import org.septum.pipeline.ExplainScan;
import org.septum.pipeline.Toys;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;

@Tag("engine")
class ExplainCommandTest {

    @TempDir
    private static Path folder;

    private static Context context;

    private static File model;

    private static final Scan SCAN = Toys.scan("toy", 1);

    @BeforeAll
    static void start() {
        context = new Context();
        model = Toys.model(folder.resolve("toy")).toFile();
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    private static CommandModule run(ImagePlus image, Object... more) throws InterruptedException, ExecutionException {
        List<Object> all = new ArrayList<>(List.of("model", model, "device", "cpu"));
        if (image != null)
            all.addAll(List.of("image", image));
        all.addAll(List.of(more));
        return context.service(CommandService.class).run(ExplainCommand.class, true, all.toArray()).get();
    }

    private static ExplainImage.Result expected() {
        return ExplainImage.run(new ExplainImage.Request(SCAN, model.toPath(),
                List.of(ExplainScan.Kind.GRADCAM, ExplainScan.Kind.ENTROPY), "", ExplainScan.place("half"), false,
                false, "cpu", 0.5, false), Progress.SILENT);
    }

    @Test
    void mapsAreChannelsWithTheCalibrationOfTheImage() throws InterruptedException, ExecutionException {
        ImagePlus image = Images.of(SCAN);
        CommandModule module = run(image);
        assertThat(module.getCancelReason()).isNull();
        ImagePlus maps = (ImagePlus) module.getOutput("explanation");
        assertThat(maps.getTitle()).isEqualTo("toy explanation");
        assertThat(maps.getNChannels()).isEqualTo(2);
        assertThat(maps.getNSlices()).isEqualTo(11);
        assertThat(maps.getCalibration().pixelDepth).isCloseTo(2.5, within(1e-12));
        ExplainImage.Result expected = expected();
        for (int c = 0; c < 2; c++) {
            assertThat(maps.getStack().getSliceLabel(c + 1)).isEqualTo(expected.maps().get(c).title());
            for (int z = 0; z < 11; z++)
                assertThat(maps.getStack().getVoxel(9, 13, 2 * z + c)).as("map %d, slice %d", c, z)
                        .isEqualTo(expected.maps().get(c).map().pixels().getAt(9, 13, z, 0).get());
        }
        assertThat((String) module.getOutput("report")).contains("promises Dice", "Grad-CAM of blob",
                "not proof that a mask is right");
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void theHeatFollowsTheSlicesAndTheSliderItsOpacity() throws InterruptedException, ExecutionException {
        ImagePlus image = Images.of(SCAN);
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        run(image, "map", "gradcam", "opacity", 25);
        Overlay overlay = image.getOverlay();
        assertThat(overlay.size()).isBetween(5, 12);
        ImageRoi heat = (ImageRoi) overlay.get(1);
        assertThat(heat.getOpacity()).isCloseTo(0.25, within(1e-6));
        assertThat(overlay.toArray()).filteredOn(r -> r instanceof ImageRoi).extracting(Roi::getPosition)
                .doesNotHaveDuplicates().doesNotContain(0);
        run(image, "map", "gradcam", "opacity", 80);
        assertThat(image.getOverlay().size()).as("the heat before is gone").isEqualTo(overlay.size());
        HeatImage.setOpacity(image.getOverlay(), 0.5);
        assertThat(((ImageRoi) image.getOverlay().get(1)).getOpacity()).isCloseTo(0.5, within(1e-6));
        assertThat(image.getOverlay().get(0).getBounds().width).as("the selection is still there").isEqualTo(3);
    }

    @Test
    void theSliderShowsOneMapAfterTheOther() {
        ImagePlus image = Images.of(SCAN);
        Overlay before = new Overlay(new Roi(1, 2, 3, 4));
        HeatImage heat = new HeatImage(expected().maps(), OpenImage.of(image), 1);
        image.setOverlay(heat.on(before, 0, 0.6));
        HeatSlider slider = new HeatSlider(heat, image);
        Overlay first = image.getOverlay();
        slider.show(0, 0.3);
        assertThat(image.getOverlay()).isSameAs(first);
        assertThat(((ImageRoi) first.get(1)).getOpacity()).isCloseTo(0.3, within(1e-6));
        slider.show(1, 0.3);
        assertThat(image.getOverlay()).isNotSameAs(first);
        assertThat(image.getOverlay().get(0).getBounds().width).isEqualTo(3);
        slider.show(0, 0.1);
        assertThat(image.getOverlay().size()).isEqualTo(first.size());
        image.getOverlay().add(new Roi(5, 5, 2, 2));
        slider.remove();
        assertThat(image.getOverlay().size()).as("both selections").isEqualTo(2);
    }

    /** Where a map is hottest its picture is opaque yellow, where it is 0 clear. */
    @Test
    void coloursAreThoseOfTheMap() {
        ImagePlus image = Images.of(SCAN);
        ExplainImage.Heat map = new ExplainImage.Heat("values", SCAN, 200);
        Overlay overlay = new HeatImage(List.of(map), OpenImage.of(image), 1).on(new Overlay(), 0, 1);
        int[] argb = (int[]) ((ImageRoi) overlay.get(5)).getProcessor().getPixels();
        float value = SCAN.pixels().getAt(11, 13, 5, 0).get();
        assertThat(value).isGreaterThan(199);
        assertThat(argb[13 * 23 + 11] >>> 24).isGreaterThan(250);
        assertThat(argb[13 * 23 + 11] & 0xffff00).isEqualTo(0xffff00);
        assertThat(argb[0] >>> 24).isLessThan(26);
    }

    @Test
    void theMaskIsJudgedOnWish() throws InterruptedException, ExecutionException, IOException {
        File calibrated = Toys.calibrated(folder.resolve("judged")).toFile();
        assertThat((String) run(Images.of(SCAN), "map", "entropy", "model", calibrated, "quality", true)
                .getOutput("report")).contains("quality: predicted Dice 1.000\n");
        assertThat((String) run(Images.of(SCAN), "map", "entropy", "quality", true).getOutput("report"))
                .as("a model that has not learnt it").contains("quality: nothing unlike")
                .doesNotContain("predicted Dice");
        assertThat((String) run(Images.of(SCAN), "map", "entropy").getOutput("report")).doesNotContain("quality");
    }

    @Test
    void withoutAnOverlayTheImageStaysAsItIs() throws InterruptedException, ExecutionException {
        ImagePlus image = Images.of(SCAN);
        ImagePlus map = (ImagePlus) run(image, "map", "entropy", "overlay", false).getOutput("explanation");
        assertThat(image.getOverlay()).isNull();
        assertThat(map.getNChannels()).isEqualTo(1);
        assertThat(map.getDisplayRangeMax()).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsSaidInTheWordsOfTheDialog() throws InterruptedException, ExecutionException {
        assertThat(run(null).getCancelReason()).contains("no image is open");
        ImagePlus image = Images.of(SCAN);
        assertThat(run(image, "map", "saliency").getCancelReason()).contains("map \"saliency\"", "gradcam, attention");
        assertThat(run(image, "map", "").getCancelReason()).contains("no map to make");
        assertThat(run(image, "map", "attention").getCancelReason()).contains("no attention", "map=gradcam")
                .doesNotContain("--");
        assertThat(run(image, "classname", "liver").getCancelReason()).contains("no class \"liver\"", "blob");
        assertThat(run(image, "at", "top").getCancelReason()).contains("half, bottleneck");
        assertThat(run(image, "opacity", 120).getCancelReason()).contains("opacity 120");
        assertThat(run(image, "mirrors", true).getCancelReason()).contains("trained without mirrored");
        image.lock();
        assertThat(run(image).getCancelReason()).contains("is being worked on");
        image.unlock();
        assertThat(image.getOverlay()).isNull();
    }
}
