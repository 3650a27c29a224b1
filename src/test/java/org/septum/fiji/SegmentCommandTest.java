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
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.pipeline.Toys;

import ij.Executer;
import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.process.ByteProcessor;

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

    private static ImagePlus image(Scan scan) {
        return Images.of(scan);
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

    private static CommandModule with(ImagePlus image, Object... more) throws InterruptedException, ExecutionException {
        List<Object> inputs = new ArrayList<>(List.of("image", image, "model", model, "device", "cpu"));
        inputs.addAll(List.of(more));
        return context.service(CommandService.class).run(SegmentCommand.class, true, inputs.toArray()).get();
    }

    @Test
    void undoBringsTheOverlayBack() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 1));
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        run(image, model, true);
        assertThat(image.getOverlay().size()).isGreaterThan(1);
        undo(image);
        assertThat(image.getOverlay().size()).isEqualTo(1);
    }

    @Test
    void undoTakesTheOverlayAwayWhereThereWasNoneAlsoFromTheMask() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 1));
        ImagePlus mask = (ImagePlus) run(image, model, true).getOutput("mask");
        undo(image(Toys.scan("toy", 1)));
        assertThat(image.getOverlay()).isNotNull();
        undo(mask);
        assertThat(image.getOverlay()).isNull();
    }

    /** The command as the menu runs it; what ImageJ itself would undo needs its menus. */
    private static void undo(ImagePlus current) {
        WindowManager.setTempCurrentImage(current);
        try {
            new Executer("Undo").run();
        } finally {
            WindowManager.setTempCurrentImage(null);
        }
    }

    @Test
    void aSelectionKeepsTheMaskInItself() throws InterruptedException, ExecutionException {
        Scan scan = Toys.scan("toy", 1);
        ImagePlus image = image(scan);
        image.setRoi(new Roi(0, 0, 11, 26));
        byte[] whole = Toys.values(Toys.mask(scan));
        byte[] left = Images.values((ImagePlus) with(image).getOutput("mask"));
        for (int i = 0; i < whole.length; i++)
            assertThat(left[i]).as("voxel " + i).isEqualTo(i % 23 < 11 ? whole[i] : 0);
        assertThat(Images.values((ImagePlus) with(image, "selection", false).getOutput("mask"))).isEqualTo(whole);
    }

    @Test
    void theMaskShowsTheSliceThatTheImageShows() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 1));
        image.setSlice(7);
        assertThat(((ImagePlus) with(image).getOutput("mask")).getCurrentSlice()).isEqualTo(7);
    }

    @Test
    void everyFrameGetsAMaskOfItsOwn() throws InterruptedException, ExecutionException {
        Scan first = Toys.scan("toy", 1);
        Scan second = Toys.scan("toy", 4);
        ImagePlus series = Images.of(first);
        ImagePlus other = Images.of(second);
        for (int z = 1; z <= 11; z++)
            series.getStack().addSlice(other.getStack().getProcessor(z));
        series.setStack(series.getStack(), 1, 11, 2);
        series.setOpenAsHyperStack(true);
        series.setPosition(1, 1, 2);
        byte[] both = new byte[2 * 23 * 26 * 11];
        System.arraycopy(Toys.values(Toys.mask(first)), 0, both, 0, both.length / 2);
        System.arraycopy(Toys.values(Toys.mask(second)), 0, both, both.length / 2, both.length / 2);
        assertThat(Images.values((ImagePlus) with(series).getOutput("mask"))).isEqualTo(Toys.values(Toys.mask(second)));
        ImagePlus mask = (ImagePlus) with(series, "phase", "all").getOutput("mask");
        assertThat(mask.getNFrames()).isEqualTo(2);
        assertThat(mask.getNSlices()).isEqualTo(11);
        assertThat(Images.values(mask)).isEqualTo(both);
        assertThat(series.getOverlay().get(0).getTPosition()).isEqualTo(1);
    }

    @Test
    void theTableSaysVolumesAndMeansAndKeepsWhatIsInIt() throws InterruptedException, ExecutionException {
        Scan scan = Toys.scan("toy", 2);
        ResultsTable table = ResultsTable.getResultsTable();
        table.incrementCounter();
        table.addValue("mine", 5);
        int before = table.size();
        with(image(scan));
        table = ResultsTable.getResultsTable();
        assertThat(table.size()).isEqualTo(before + 1);
        assertThat(table.getValue("mine", before - 1)).isEqualTo(5);
        long voxels = Toys.mask(scan).count(1);
        assertThat(table.getValue("Voxels", before)).isEqualTo(voxels);
        assertThat(table.getValue("Volume (ml)", before)).isCloseTo(voxels * 0.7 * 0.9 * 2.5 / 1000, within(1e-9));
        assertThat(table.getStringValue("Class", before)).isEqualTo("blob");
        // 200 in the ellipsoid, and noise of 0 to 19
        assertThat(table.getValue("Mean", before)).isBetween(205.0, 214.0);
        with(image(scan), "table", false);
        assertThat(ResultsTable.getResultsTable().size()).isEqualTo(before + 1);
    }

    @Test
    void judgedMasksSayWhetherToLookAtThem() throws InterruptedException, ExecutionException, IOException {
        File calibrated = Toys.calibrated(folder.resolve("judged")).toFile();
        with(image(Toys.scan("toy", 2)));
        int before = ResultsTable.getResultsTable().size();
        CommandModule module = with(image(Toys.scan("toy", 2)), "model", calibrated, "quality", true);
        assertThat(module.getCancelReason()).isNull();
        assertThat(module.getOutput("map")).as("probabilities were not asked for").isNull();
        ImagePlus air = image(Toys.scan("air", 2));
        for (int z = 1; z <= air.getNSlices(); z++)
            air.getStack().getProcessor(z).multiply(0);
        // a selection does not change the judgement of the whole
        air.setRoi(new Roi(1, 2, 3, 4));
        with(air, "model", calibrated, "quality", true);
        ResultsTable table = ResultsTable.getResultsTable();
        assertThat(table.getStringValue("Look at it", before)).isEqualTo("no");
        assertThat(table.getValue("Predicted Dice", before)).isEqualTo(1);
        assertThat(table.getStringValue("Why", before)).isEmpty();
        assertThat(table.getStringValue("Look at it", before + 1)).isEqualTo("yes");
        assertThat(table.getStringValue("Why", before + 1)).contains("in the 12 cases");
        with(image(Toys.scan("toy", 2)), "quality", true);
        assertThat(table.getStringValue("Look at it", before + 2)).isEqualTo("no");
        assertThat(table.getValue("Predicted Dice", before + 2)).as("not learnt").isNaN();
        with(image(Toys.scan("toy", 2)));
        for (int row : new int[] { before - 1, before + 3 }) {
            assertThat(table.getStringValue("Look at it", row)).as("not asked for").isEmpty();
            assertThat(table.getValue("Predicted Dice", row)).as("not asked for").isNaN();
        }
    }

    @Test
    void probabilitiesAreChannelsThatSumToOneAndAgreeWithTheMask() throws InterruptedException, ExecutionException {
        Scan scan = Toys.scan("toy", 2);
        CommandModule module = with(image(scan), "probabilities", true);
        ImagePlus map = (ImagePlus) module.getOutput("map");
        assertThat(map.getNChannels()).isEqualTo(2);
        assertThat(map.getNSlices()).isEqualTo(11);
        assertThat(map.getStack().getSliceLabel(2)).isEqualTo("blob");
        byte[] mask = Toys.values(Toys.mask(scan));
        for (int i = 0; i < mask.length; i++) {
            int z = i / (23 * 26);
            double background = map.getStack().getVoxel(i % 23, i / 23 % 26, 2 * z);
            double blob = map.getStack().getVoxel(i % 23, i / 23 % 26, 2 * z + 1);
            assertThat(background + blob).isCloseTo(1, within(1e-5));
            assertThat(blob > 0.5).isEqualTo(mask[i] == 1);
        }
        assertThat(with(image(scan)).getOutput("map")).isNull();
    }

    @Test
    void selectionsOfTheMaskCoverExactlyItsVoxels() {
        Scan scan = Toys.scan("toy", 3);
        LabelMask mask = Toys.mask(scan);
        List<Roi> rois = new MaskImage(List.of(mask), List.of(1), OpenImage.of(image(scan))).selections();
        long covered = rois.stream().mapToLong(r -> r.getContainedPoints().length).sum();
        assertThat(covered).isEqualTo(mask.count(1));
        assertThat(rois.get(0).getName()).startsWith("blob ");
        assertThat(rois).allMatch(r -> r.getPosition() > 0);
    }

    @Test
    void largeMasksAreMadeSliceBySlice() {
        ImageStack lazy = LazyStack.of(3, 2, 5, Long.MAX_VALUE,
                i -> new ByteProcessor(3, 2, new byte[] { (byte) i, 0, 0, 0, 0, 0 }));
        ImageStack kept = LazyStack.of(3, 2, 5, 30,
                i -> new ByteProcessor(3, 2, new byte[] { (byte) i, 0, 0, 0, 0, 0 }));
        assertThat(lazy.isVirtual()).isTrue();
        assertThat(kept.isVirtual()).isFalse();
        for (int z = 0; z < 5; z++)
            assertThat(lazy.getProcessor(z + 1).get(0, 0)).isEqualTo(kept.getProcessor(z + 1).get(0, 0)).isEqualTo(z);
        assertThat(new ImagePlus("lazy", lazy).getNSlices()).isEqualTo(5);
    }

    /** The words of a macro: nothing but texts. */
    @Test
    void textsAsAMacroGivesThemWorkLikeValues() throws InterruptedException, ExecutionException {
        Scan scan = Toys.scan("toy", 2);
        CommandModule module = context
                .service(CommandService.class).run(SegmentCommand.class, true, "image", image(scan), "model",
                        model.toString(), "device", "cpu", "overlay", "false", "overlap", "0.25", "table", "false")
                .get();
        assertThat(Images.values((ImagePlus) module.getOutput("mask"))).isEqualTo(Toys.values(Toys.mask(scan)));
    }

    @Test
    void whatAnEarlierRunWasGivenDoesNotChangeTheNext() throws InterruptedException, ExecutionException {
        ImagePlus image = image(Toys.scan("toy", 2));
        with(image, "probabilities", true, "overlay", false);
        assertThat(with(image).getOutput("map")).isNull();
        assertThat(image.getOverlay()).isNotNull();
    }
}
