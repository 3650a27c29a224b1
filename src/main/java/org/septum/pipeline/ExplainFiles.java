package org.septum.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.core.Workspace;
import org.septum.explain.Uncertainty;
import org.septum.io.HeatPicture;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ScanFiles;
import org.septum.pipeline.ExplainScan.ScanResult;

/** Explains single scans and writes what there is to see of each: maps, their pictures and the page. */
final class ExplainFiles {

    private final OpenBundle model;

    private final Explainer explainer;

    private final ExplainScan.Request request;

    private final Progress progress;

    ExplainFiles(OpenBundle model, Explainer explainer, ExplainScan.Request request, Progress progress) {
        this.model = model;
        this.explainer = explainer;
        this.request = request;
        this.progress = progress;
    }

    /** Where the page of a scan lies. */
    static Path page(Path output, String name) {
        return output.resolve(name + ".html");
    }

    /** Explains one scan; what is the matter with it alone is in the result. */
    ScanResult explain(SegmentJob job) {
        String name = job.name();
        Path page = page(request.output(), name);
        try (Workspace space = Workspace.of(new MemoryBudget(0).workspace(), request.output())) {
            Scan scan = ScanFiles.read(job.source().path(), job.options(), space);
            Explainer.Explained made = explainer.explain(scan, space, progress);
            List<Path> files = new ArrayList<>(List.of(page));
            Map<String, byte[]> pictures = new LinkedHashMap<>();
            for (MapOfScan map : made.maps()) {
                Path file = request.output().resolve(name + "_" + map.name() + ".nii.gz");
                NiftiScanWriter.write(map.map(), file, request.overwrite());
                files.add(file);
                Path png = request.output().resolve(name + "_" + map.name() + ".png");
                byte[] picture = HeatPicture.png(HeatPicture.draw(scan, made.mask(), map.map(), map.hottest()));
                WholeFile.write(png, request.overwrite(), aside -> Files.write(aside, picture));
                files.add(png);
                pictures.put(map.title(), picture);
            }
            String html = new ExplainPage(name, model.bundle().card().name(), made, explainer.calibration()).html(scan,
                    pictures);
            WholeFile.write(page, request.overwrite(), aside -> Files.writeString(aside, html, StandardCharsets.UTF_8));
            Uncertainty sure = made.uncertainty();
            return new ScanResult(name, files, sure.entropy(), sure.expectedDice(), sure.agreement(), made.checks(), "",
                    made.networks(), made.quality(), made.weights());
        } catch (SeptumException e) {
            // USAGE: a series, phase or resolution that this scan does not have
            if (e.kind() != SeptumException.Kind.INPUT && e.kind() != SeptumException.Kind.USAGE)
                throw e;
            progress.message(SeptumException.about(job.source().path(), e.getMessage()));
            return new ScanResult(name, List.of(), Double.NaN, Double.NaN, Double.NaN, Map.of(), e.getMessage(),
                    Double.NaN, MaskQuality.NONE, Map.of());
        }
    }
}
