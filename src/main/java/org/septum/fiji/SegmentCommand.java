package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;

import org.scijava.ItemIO;
import org.scijava.app.StatusService;
import org.scijava.command.Command;
import org.scijava.command.ContextCommand;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.pipeline.PlaceScan;
import org.septum.pipeline.SegmentImage;
import org.septum.pipeline.SegmentScans;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Overlay;

/** <i>Plugins &gt; Septum &gt; Segment…</i>: the open image in, a label image and an overlay out. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Segment...", headless = true)
public final class SegmentCommand extends ContextCommand {

    @Parameter(label = "Image", description = "The scan to segment.")
    private ImagePlus image;

    @Parameter(label = "Model", style = "both", description = "A model: its folder, or its zip.")
    private File model;

    @Parameter(label = "Device", choices = { "auto", "cpu",
            "gpu" }, description = "Where the network runs; auto takes a GPU if there is one.")
    private String device = "auto";

    @Parameter(label = "Test-time augmentation", persist = false, description = "Take the mean over mirror images of each tile: often a little better, 2 to 8 times slower. For models whose training mirrored scans.")
    private boolean tta = false;

    @Parameter(label = "Overlay", description = "Show the mask on the image, too.")
    private boolean overlay = true;

    @Parameter(type = ItemIO.OUTPUT, label = "Mask")
    private ImagePlus mask;

    @Parameter
    private StatusService status;

    @Parameter
    private LogService log;

    @Override
    public void run() {
        try {
            IJ.resetEscape();
            Progress progress = new StatusProgress(status, log, () -> isCanceled() || IJ.escapePressed());
            Scan open = OpenImage.scan(OpenImage.require(image));
            Scan scan = PlaceScan.run(open, OpenImage.file(image));
            scan.notes().forEach(progress::message);
            if (scan == open && scan.isVolume())
                progress.message("no file tells where " + image.getTitle() + " lies in the patient; its axes are taken"
                        + " as Left, Posterior, Superior. If they are not, open it from its NIfTI or DICOM file");
            SegmentImage.Result result = SegmentImage
                    .run(SegmentImage.Request.of(scan, folderOf(model), device).withTta(tta), progress);
            show(new MaskImage(result.mask(), image));
            progress.message(
                    image.getTitle() + ": " + SegmentScans.describe(result.volumes()) + "; " + result.engine());
        } catch (SeptumException e) {
            log.debug(e);
            cancel(e.getMessage());
        }
    }

    private void show(MaskImage result) {
        mask = result.labels();
        if (overlay) {
            Overlay shown = image.getOverlay() == null ? new Overlay() : image.getOverlay();
            result.addTo(shown);
            image.setOverlay(shown);
        }
    }

    /** People may choose a file of the model's folder, where a dialog offers no folders. */
    static Path folderOf(File model) {
        Path path = model.toPath();
        return path.endsWith("rdf.yaml") && path.getParent() != null ? path.getParent() : path;
    }
}
