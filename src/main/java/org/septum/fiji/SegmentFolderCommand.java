package org.septum.fiji;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;
import org.septum.pipeline.SegmentOutputs;
import org.septum.pipeline.SegmentPass;
import org.septum.pipeline.SegmentScans;

/** <i>Plugins &gt; Septum &gt; Segment Folder…</i>: scan files in, mask files out. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Segment Folder...", headless = true, description = "Segments the scans of a folder and writes their masks. A scan that fails does not stop the others.")
public final class SegmentFolderCommand extends SeptumCommand {

    @Parameter(label = "Input", style = "both", persist = false, description = "Scans: a folder that is searched, a DICOM folder or zip, or a file.")
    private File input;

    @Parameter(label = "Model", required = false, persist = false, description = Texts.MODEL)
    private ModelChoice model;

    @Parameter(label = "Model file", style = "both", required = false, persist = false, description = Texts.MODEL_FILE)
    private File modelfile;

    @Parameter(label = "Output", style = "directory", persist = false, description = "Folder for the masks.")
    private File output;

    @Parameter(label = "Device", choices = { "auto", "cpu", "gpu" }, persist = false, description = Texts.RUN_DEVICE)
    private String device = "auto";

    @Parameter(label = "Precision", choices = { "fp32", "int8" }, persist = false, description = Texts.PRECISION)
    private String precision = "fp32";

    @Parameter(label = "Format", persist = false, description = "Format of the masks, or several with commas: nifti, ome-tiff, dicom-seg, roi-zip.")
    private String format = "nifti";

    @Parameter(label = "Overlay", persist = false, description = "Write a PNG with slices of each scan and the mask on them.")
    private boolean overlay = false;

    @Parameter(label = "Slices", persist = false, description = "Write a PNG of each slice that holds mask, into NAME_slices.")
    private boolean slices = false;

    @Parameter(label = "Probabilities", persist = false, description = "Write the probability of every class, into NAME_probabilities.nii.gz.")
    private boolean probabilities = false;

    @Parameter(label = "Quality", persist = false, description = Texts.QUALITY + " About 3 times slower.")
    private boolean quality = false;

    @Parameter(label = "Overlap of tiles (share)", min = "0", max = "0.95", stepSize = "0.05", persist = false, description = Texts.OVERLAP)
    private double overlap = 0.5;

    @Parameter(label = "Test-time augmentation", persist = false, description = "Take the mean over mirror images of each tile: 2 to 8 times slower. For models whose training mirrored scans.")
    private boolean tta = false;

    @Parameter(label = "Engine", choices = { "onnx", "pytorch" }, persist = false, description = Texts.ENGINE)
    private String engine = "onnx";

    @Parameter(label = "Memory (MB)", min = "0", persist = false, description = "Memory that Septum keeps to on the CPU; 0 for what Fiji may take. What does not fit lies in temporary files in the output folder.")
    private int memory = 0;

    @Parameter(label = "Series", required = false, persist = false, description = "Series of a DICOM folder: its UID, number, or words of its description; empty for the only one.")
    private String series = "";

    @Parameter(label = "Phase", persist = false, description = "Phase or volume of a time series, from 1; 0 for the only one; all for a mask of each.")
    private String phase = "0";

    @Parameter(label = "Level", min = "0", persist = false, description = "Resolution of an image pyramid: 0 the full one.")
    private int level = 0;

    @Parameter(label = "Pixel size (mm)", required = false, persist = false, description = "Pixel size of pictures that do not state theirs: 0.15, or 0.15,0.2 for x and y, or a CSV file with columns filename and pixel size(mm).")
    private String pixelsize = "";

    @Parameter(label = "Post-processing", persist = false, description = Texts.POST_PROCESSING)
    private boolean postprocessing = true;

    @Parameter(label = "Leave out air", persist = false, description = Texts.CROP)
    private boolean crop = true;

    @Parameter(label = "Replace", persist = false, description = Texts.REPLACE_FILES)
    private boolean overwrite = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Masks")
    private String report;

    @Override
    public void run() {
        work().write(p -> SegmentScans.run(request(), p)).ifPresent(this::show);
    }

    private SegmentScans.Request request() {
        SegmentPass pass = new SegmentPass(device, overlap, Words.bytes(memory), SegmentPass.Runner.named(engine),
                precision, tta, postprocessing, crop);
        SegmentOutputs outputs = new SegmentOutputs(Words.list(format), overlay, slices, probabilities, overwrite,
                quality);
        ReadOptions choice = new ReadOptions(series, Words.phase(phase), level, false, PixelSizes.parse(pixelsize));
        return SegmentScans.Request.of(List.of(input.toPath()), ModelChoice.path(model, modelfile), output.toPath())
                .withPass(pass).withOutputs(outputs).withChoice(choice, phase.strip().equalsIgnoreCase("all"));
    }

    private void show(SegmentScans.Result result) {
        List<String> lines = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (SegmentScans.ScanResult scan : result.scans()) {
            if (scan.isWell())
                lines.add(scan.files().get(0) + ": " + SegmentScans.describe(scan.volumes())
                        + (scan.quality().judged() ? "; " + scan.quality().sentence() : ""));
            else
                failures.add(words(scan.failure()));
        }
        failures.forEach(failure -> lines.add("FAILED: " + failure));
        report = String.join("\n", lines);
        if (!failures.isEmpty())
            cancel(failures.size() + " of " + result.scans().size()
                    + " scans could not be segmented, the others are written: " + String.join("; ", failures));
    }
}
