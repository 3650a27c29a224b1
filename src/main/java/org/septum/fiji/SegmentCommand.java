package org.septum.fiji;

import java.awt.GraphicsEnvironment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.pipeline.ClassContent;
import org.septum.pipeline.PlaceScan;
import org.septum.pipeline.SegmentImage;
import org.septum.pipeline.SegmentPass;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.plugin.frame.RoiManager;

/** <i>Plugins &gt; Septum &gt; Segment…</i>: the open image in; a label image, an overlay and a table out. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Segment...", headless = true, description = "Segments the open image with a model.")
public final class SegmentCommand extends ImageCommand {

    @Parameter(label = "Phase", choices = { "current",
            "all" }, persist = false, description = "Of a time series: the frame in view, or all frames.")
    private String phase = "current";

    @Parameter(label = "Selection only", persist = false, description = "If there is a selection of an area, keep the mask only in it, in every slice. The network sees the whole image.")
    private boolean selection = true;

    @Parameter(label = "Device", choices = { "auto", "cpu", "gpu" }, persist = false, description = Texts.RUN_DEVICE)
    private String device = "auto";

    @Parameter(label = "Precision", choices = { "fp32", "int8" }, persist = false, description = Texts.PRECISION)
    private String precision = "fp32";

    @Parameter(label = "Engine", choices = { "onnx", "pytorch" }, persist = false, description = Texts.ENGINE)
    private String engine = "onnx";

    @Parameter(label = "Overlap of tiles (share)", min = "0", max = "0.95", stepSize = "0.05", persist = false, description = Texts.OVERLAP)
    private double overlap = 0.5;

    @Parameter(label = "Test-time augmentation", persist = false, description = "Take the mean over mirror images of each tile: often a little better, 2 to 8 times slower. For models whose training mirrored scans.")
    private boolean tta = false;

    @Parameter(label = "Post-processing", persist = false, description = Texts.POST_PROCESSING)
    private boolean postprocessing = true;

    @Parameter(label = "Leave out air", persist = false, description = Texts.CROP)
    private boolean crop = true;

    @Parameter(label = "Overlay", persist = false, description = "Show the mask on the image, too. Edit > Undo brings the overlay before it back.")
    private boolean overlay = true;

    @Parameter(label = "Table", persist = false, description = "Add volume (ml), area (mm2, of single slices) and mean value of every class to the Results table.")
    private boolean table = true;

    @Parameter(label = "Quality", persist = false, description = Texts.QUALITY
            + " In the log and the table. About 3 times slower.")
    private boolean quality = false;

    @Parameter(label = "ROI Manager", persist = false, description = "Add a selection for each class and slice to the ROI Manager; what is in it stays. Not without a display.")
    private boolean rois = false;

    @Parameter(label = "Probabilities", persist = false, description = "Give the probability of every class, too, as a hyperstack with a channel for each: 4 bytes a voxel and class.")
    private boolean probabilities = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Mask")
    private ImagePlus mask;

    @Parameter(type = ItemIO.OUTPUT, label = "Probabilities")
    private ImagePlus map;

    @Override
    public void run() {
        onImage(open -> {
            List<Integer> frames = open.frames(Words.everyFrame(phase));
            Optional<SegmentImage.Region> region = selection ? open.selection() : Optional.empty();
            work().compute(p -> segment(open, frames, region, p)).ifPresent(result -> show(open, frames, result));
        });
    }

    private SegmentImage.Result segment(OpenImage open, List<Integer> frames, Optional<SegmentImage.Region> region,
            Progress progress) {
        List<Scan> scans = frames.stream().map(open::scan).toList();
        Scan first = scans.get(0);
        if (!open.isTimeSeries()) {
            Scan placed = PlaceScan.run(first, open.file());
            if (placed == first && first.isVolume())
                progress.message("no file tells where " + first.name() + " lies in the patient; its axes are taken"
                        + " as Left, Posterior, Superior. If they are not, open it from its NIfTI or DICOM file");
            scans = List.of(placed);
        }
        scans.get(0).notes().forEach(progress::message);
        SegmentPass pass = SegmentPass.DEFAULT.withDevice(device).withOverlap(overlap).withTta(tta).withCrop(crop)
                .withRunner(SegmentPass.Runner.named(engine)).withPostProcessing(postprocessing)
                .withPrecision(precision);
        SegmentImage.Result result = SegmentImage.run(new SegmentImage.Request(scans, model(), pass,
                new SegmentImage.Wishes(region, probabilities, table, quality)), progress);
        result.scans()
                .forEach(s -> progress.message(first.name() + ": "
                        + s.contents().stream().map(ClassContent::words).collect(Collectors.joining(", "))
                        + (s.quality().judged() ? "; " + s.quality().sentence() : "") + "; " + result.engine()));
        return result;
    }

    private void show(OpenImage open, List<Integer> frames, SegmentImage.Result result) {
        MaskImage masks = new MaskImage(result.scans().stream().map(SegmentImage.Segmented::mask).toList(), frames,
                open);
        mask = masks.labels();
        if (probabilities)
            map = new ProbabilityImage(result.scans().stream().map(s -> s.probabilities().orElseThrow()).toList(), open)
                    .image();
        for (int i = 0; table && i < frames.size(); i++)
            ContentTable.add(image.getTitle(), open.isTimeSeries() ? frames.get(i) : 0,
                    result.scans().get(i).contents(), result.scans().get(i).quality());
        if (open.isClosed())
            log().warn("Septum: " + open.title() + " was closed meanwhile; its mask is that of what it showed");
        else if (overlay)
            overlay(masks);
        if (rois)
            addRois(masks);
    }

    private void overlay(MaskImage masks) {
        Overlay before = image.getOverlay();
        image.setOverlay(masks.on(before == null ? new Overlay() : before));
        OverlayUndo.remember(image, mask, before);
    }

    private void addRois(MaskImage masks) {
        if (GraphicsEnvironment.isHeadless()) {
            log().warn("Septum: there is no ROI Manager without a display; Segment Folder... with format roi-zip writes"
                    + " selections to files");
            return;
        }
        RoiManager manager = RoiManager.getRoiManager();
        masks.selections().forEach(manager::addRoi);
    }
}
