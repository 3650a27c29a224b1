package org.septum.fiji;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;
import org.septum.pipeline.CollectCorrections;
import org.septum.pipeline.LearnCorrections;
import org.septum.pipeline.PlaceScan;

import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Roi;

/**
 * <i>Plugins &gt; Septum &gt; Fine-tune on Corrections…</i>: edited selections or labels of a scan become a case, and
 * the model learns from it.
 */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Fine-tune on Corrections...", headless = true, description = "Correct and learn: edited ROIs or labels of a scan become a training case, and the model is trained further.")
public final class CorrectCommand extends ImageCommand {

    @Parameter(label = "Corrected mask", required = false, persist = false, description = "Title of an open label image, or a file: a mask, or a zip of the ROI Manager. Empty for the selections of the ROI Manager, else of the overlay, else for the label image that Segment made.")
    private String mask = "";

    @Parameter(label = "Scan file", style = "both", required = false, persist = false, description = "The scan as a file, instead of the open image; the mask is a file then, too.")
    private File scan;

    @Parameter(label = "Corrections", style = "directory", persist = false, description = "Folder of corrected cases; made if need be. It is a dataset: Train Model takes it, too.")
    private File corrections;

    @Parameter(label = "Name", required = false, persist = false, description = "Name of the case; empty for that of the scan.")
    private String name = "";

    @Parameter(label = "Train", persist = false, description = "Train the model further on all corrections in the folder. Untick to collect more first.")
    private boolean train = true;

    @Parameter(label = "Output", style = "save", required = false, persist = false, description = Texts.OUTPUT_MODEL)
    private File output;

    @Parameter(label = "Dataset", style = "directory", required = false, persist = false, description = "The dataset that the model was trained on: it is trained on as well, so that the model does not forget.")
    private File dataset;

    @Parameter(label = "Time (minutes)", min = "0", persist = false, description = "Train for this time; 0 for as many epochs as the next line says.")
    private int budget = 10;

    @Parameter(label = "Epochs", min = "0", persist = false, description = "End after so many epochs; 0 for as many as the time allows.")
    private int epochs = 0;

    @Parameter(label = "Device", choices = { "auto", "cpu", "gpu" }, persist = false, description = Texts.TRAIN_DEVICE)
    private String device = "auto";

    @Parameter(label = "Seed", min = "-1", persist = false, description = Texts.SEED)
    private int seed = -1;

    @Parameter(label = "Replace", persist = false, description = "Replace a case of this name, and a model at the output.")
    private boolean overwrite = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Corrections")
    private String report;

    @Override
    public void run() {
        List<String> lines = new ArrayList<>();
        work().write(p -> learnt(lines, p)).ifPresent(finished -> {
            report = String.join("\n", lines);
            if (!finished)
                cancel("stopped: the best model so far is written to " + output);
        });
    }

    private boolean learnt(List<String> lines, Progress progress) {
        Path from = model();
        if (train && Words.file(output).isEmpty())
            throw SeptumException.usage("no output; give the model to write as output, or untick \"Train\""
                    + " (train=false) to collect corrections only");
        CollectCorrections.Result kept = CollectCorrections.run(request(from, progress));
        lines.add(kept.line());
        progress.message(kept.line());
        if (!train)
            return true;
        LearnCorrections.Result learnt = LearnCorrections
                .run(new LearnCorrections.Request(corrections.toPath(), from, output.toPath(), Words.file(dataset),
                        budget == 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(budget)),
                        epochs == 0 ? Optional.empty() : Optional.of(epochs), device,
                        seed < 0 ? OptionalLong.empty() : OptionalLong.of(seed), overwrite), progress);
        lines.addAll(learnt.lines());
        return learnt.trained().finished();
    }

    private CollectCorrections.Request request(Path from, Progress progress) {
        Path folder = corrections.toPath();
        Optional<Path> file = Words.file(scan);
        if (file.isPresent()) {
            Scan read = ScanFiles.read(file.get());
            if (!isFile(mask))
                throw SeptumException.usage("mask \"" + mask + "\" is no file; with a scan file the corrected mask is a"
                        + " file as well: a mask, or a zip of the ROI Manager");
            LabelMask corrected = ofFile(read, from, r -> r.getPosition() - 1, progress);
            return new CollectCorrections.Request(read, corrected, file, from, folder, name, overwrite);
        }
        OpenImage open = OpenImage.of(image);
        Scan shown = open.scan(open.frameInView());
        Scan placed = open.isTimeSeries() ? shown : PlaceScan.run(shown, open.file());
        placed.notes().forEach(progress::message);
        String title = open.title() + (open.isTimeSeries() ? "_frame_" + open.frameInView() : "");
        return new CollectCorrections.Request(placed, corrected(open, placed, from, progress), open.file(), from,
                folder, name.isBlank() ? title : name, overwrite);
    }

    private static boolean isFile(String path) {
        return !path.isBlank() && Files.exists(new File(path.strip()).toPath());
    }

    private LabelMask corrected(OpenImage open, Scan shown, Path from, Progress progress) {
        CorrectedMask correct = new CorrectedMask(CollectCorrections.labels(from), shown, progress);
        ImagePlus named = WindowManager.getImage(mask.isBlank() ? open.title() + " mask" : mask.strip());
        if (!mask.isBlank() && named != null)
            return correct.ofImage(named, open.frameInView());
        if (!mask.isBlank() && !isFile(mask))
            throw SeptumException.usage("no image \"" + mask + "\" is open and no such file is there; give the title of"
                    + " a label image, a mask file or a zip of the ROI Manager, or leave mask empty for selections");
        if (!mask.isBlank())
            return ofFile(shown, from, open::slice, progress);
        List<Roi> all = CorrectedMask.selections(image);
        List<Roi> selections = all.stream().filter(r -> open.isInFrame(r, open.frameInView())).toList();
        if (!selections.isEmpty()) {
            progress.message("mask of " + CorrectedMask.words(selections));
            return correct.ofSelections(selections, open::slice);
        }
        if (named == null)
            throw SeptumException.usage("no corrected mask: no selection is in the ROI Manager or on the overlay of "
                    + image.getTitle() + ", and no image \"" + open.title() + " mask\" is open; run Segment... with"
                    + " rois=true and edit the selections, or give mask");
        progress.message("mask of the image " + named.getTitle());
        return correct.ofImage(named, open.frameInView());
    }

    private LabelMask ofFile(Scan shown, Path from, java.util.function.ToIntFunction<Roi> slice, Progress progress) {
        Path file = new File(mask.strip()).toPath();
        boolean isZip = file.toString().toLowerCase(Locale.ROOT).endsWith(".zip") && !Files.isDirectory(file);
        return isZip
                ? new CorrectedMask(CollectCorrections.labels(from), shown, progress)
                        .ofSelections(CorrectedMask.selections(file), slice)
                : ScanFiles.readMask(file, CollectCorrections.labels(from));
    }
}
