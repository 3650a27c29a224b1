package org.septum.fiji;

import java.awt.GraphicsEnvironment;
import java.nio.file.Path;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.pipeline.ExplainImage;
import org.septum.pipeline.ExplainScan;
import org.septum.pipeline.PlaceScan;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.gui.Overlay;

/**
 * <i>Plugins &gt; Septum &gt; Explain Segmentation…</i>: why a model segments the open image so, and how sure it is.
 */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Explain Segmentation...", headless = true, description = "Shows why a model segments the open image as it does, and how sure it is. Heat is not proof that a mask is right.")
public final class ExplainCommand extends ImageCommand {

    @Parameter(label = "Map", persist = false, description = "What to map; several with commas: gradcam (why), attention (gates of a network that has any), entropy (where unsure), occlusion (slow reference).")
    private String map = "gradcam,entropy";

    @Parameter(label = "Class", required = false, persist = false, description = "Class that gradcam and occlusion explain; empty for each.")
    private String classname = "";

    @Parameter(label = "At", choices = { "half",
            "bottleneck" }, persist = false, description = "Where gradcam looks: half (decoder at half resolution) or bottleneck.")
    private String at = "half";

    @Parameter(label = "Mirrors", persist = false, description = "Compare the masks of mirror images, along the axes that the training mirrored. 2 to 8 further segmentations.")
    private boolean mirrors = false;

    @Parameter(label = "Check", persist = false, description = "Put Grad-CAM to the test: about 140 runs of a tile for each class.")
    private boolean check = false;

    @Parameter(label = "Quality", persist = false, description = Texts.QUALITY + " One further segmentation.")
    private boolean quality = false;

    @Parameter(label = "Device", choices = { "auto", "cpu", "gpu" }, persist = false, description = Texts.RUN_DEVICE)
    private String device = "auto";

    @Parameter(label = "Overlap of tiles (share)", min = "0", max = "0.95", stepSize = "0.05", persist = false, description = Texts.OVERLAP)
    private double overlap = 0.5;

    @Parameter(label = "Overlay", persist = false, description = "Show the first map as heat on the image, too, with a window to choose the map and its opacity. Edit > Undo brings the overlay before it back.")
    private boolean overlay = true;

    @Parameter(label = "Opacity (%)", min = "0", max = "100", persist = false, description = "Of the heat where the map is hottest.")
    private int opacity = 60;

    @Parameter(type = ItemIO.OUTPUT, label = "Explanation")
    private ImagePlus explanation;

    @Parameter(type = ItemIO.OUTPUT, label = "How sure")
    private String report;

    @Override
    public void run() {
        onImage(open -> {
            if (opacity < 0 || opacity > 100)
                throw SeptumException.usage("opacity " + opacity + "; allowed: 0 to 100 percent");
            int frame = open.frameInView();
            work().compute(p -> explained(open, frame, p)).ifPresent(result -> show(open, frame, result));
        });
    }

    private ExplainImage.Result explained(OpenImage open, int frame, Progress progress) {
        Path from = model();
        Scan shown = open.scan(frame);
        Scan scan = open.isTimeSeries() ? shown : PlaceScan.run(shown, open.file());
        scan.notes().forEach(progress::message);
        return ExplainImage.run(new ExplainImage.Request(scan, from, ExplainImage.kinds(Words.list(map)),
                classname.strip(), ExplainScan.place(at), mirrors, check, device, overlap, quality), progress);
    }

    private void show(OpenImage open, int frame, ExplainImage.Result result) {
        report = String.join("\n", result.lines());
        if (result.maps().isEmpty()) {
            log().warn("Septum: the network has no such map; its page of numbers comes with Septum's command line");
            return;
        }
        HeatImage heat = new HeatImage(result.maps(), open, frame);
        explanation = heat.image();
        if (open.isClosed())
            log().warn("Septum: " + open.title() + " was closed meanwhile; the maps are those of what it showed");
        else if (overlay)
            overlay(heat);
    }

    private void overlay(HeatImage heat) {
        Overlay old = image.getOverlay();
        image.setOverlay(heat.on(old == null ? new Overlay() : old, 0, opacity / 100.0));
        OverlayUndo.remember(image, explanation, old);
        if (!GraphicsEnvironment.isHeadless() && !IJ.isMacro() && Macro.getOptions() == null)
            new HeatSlider(heat, image).open(opacity / 100.0);
    }
}
