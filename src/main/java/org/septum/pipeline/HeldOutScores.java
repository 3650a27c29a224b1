package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.infer.Engine;
import org.septum.infer.Segmenter;
import org.septum.io.CaseTable;
import org.septum.io.PixelSizes;
import org.septum.metrics.CaseScores;
import org.septum.metrics.DistanceUnit;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.Measurement;
import org.septum.metrics.ScoreTable;

/**
 * Segments held-out cases with models as they will be shipped, and scores them. Several models, each with the cases
 * that it has not seen, pool their scores.
 */
final class HeldOutScores {

    /** In mm. */
    static final double TOLERANCE = 1;

    private final SegmentPass pass;

    private final Progress progress;

    private final List<CaseScores> rows = new ArrayList<>();

    private final WorstCases worst = new WorstCases();

    private final List<MeasuredCase> measured = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    private final Optional<CaseTable> table;

    private final PixelSizes pixelSizes;

    /**
     * @param table
     *            that knows the pixel size of pictures, or what was measured in them
     */
    HeldOutScores(String device, Progress progress, Optional<CaseTable> table) {
        this.pass = SegmentPass.DEFAULT.withDevice(device);
        this.progress = progress;
        this.table = table;
        this.pixelSizes = table.filter(PixelSizes::isIn).map(PixelSizes::of).orElse(PixelSizes.NONE);
    }

    /**
     * Scores a model.
     *
     * @param aside
     *            where the model may be written meanwhile
     *
     * @throws SeptumException
     *             CANCELLED as soon as the user wants it to stop, in the middle of a scan if need be
     */
    void add(Bundle bundle, List<DataCase> cases, Path aside) {
        BundleWriter.write(bundle, aside, true);
        try (OpenBundle open = BundleReader.open(aside)) {
            add(open, cases);
        }
    }

    /**
     * Scores a model that lies on disk. A case that cannot be read becomes a problem and does not stop the rest.
     *
     * @throws SeptumException
     *             CANCELLED as soon as the user wants it to stop, in the middle of a scan if need be
     */
    void add(OpenBundle open, List<DataCase> cases) {
        try (Engine engine = pass.open(open, Progress.SILENT)) {
            Segmenter segmenter = new Segmenter(engine, pass.segmenterOptions(open));
            for (int i = 0; i < cases.size(); i++) {
                progress.throwIfCancelled();
                progress.report("scoring held-out cases", i, cases.size());
                try {
                    add(cases.get(i), open.bundle(), segmenter);
                } catch (SeptumException e) {
                    if (e.kind() != SeptumException.Kind.INPUT)
                        throw e;
                    problems.add(cases.get(i).name() + ": " + e.getMessage());
                }
            }
            progress.report("scoring held-out cases", cases.size(), cases.size());
        }
    }

    private void add(DataCase c, Bundle bundle, Segmenter segmenter) {
        Scan scan = CaseReader.scan(c, pixelSizes);
        LabelMask read = CaseReader.labels(c, bundle.plan().labels(), scan);
        // a picture of labels does not state its pixel size, but lies on its scan
        boolean placed = DistanceUnit.of(read.geometry(), read.size(2) == 1) == DistanceUnit.MILLIMETRES;
        LabelMask reference = placed ? read
                : new LabelMask(read.pixels(), scan.geometry(), read.labels(), read.dicom());
        LabelMask prediction = segmenter.segment(scan, bundle.plan(), new Quiet(progress));
        List<CaseScores> own = new ArrayList<>();
        for (ClassLabel label : bundle.plan().labels().foreground()) {
            progress.throwIfCancelled();
            own.add(CaseScores.of(c.name(), label, reference, prediction, TOLERANCE));
        }
        rows.addAll(own);
        double dice = new ScoreTable(own, TOLERANCE).diceOfCases().mean();
        worst.offer(scan, reference, prediction, c.name(), dice);
        for (Measurement m : bundle.card().use().measurements())
            measured.add(measure(m, c, reference, prediction));
    }

    private MeasuredCase measure(Measurement m, DataCase c, LabelMask reference, LabelMask prediction) {
        int value = prediction.labels().foreground().stream().filter(l -> l.name().equals(m.className())).findFirst()
                .orElseThrow().value();
        String file = String.valueOf(c.channels().get(0).getFileName());
        double known = table.filter(t -> t.has(m.kind().word())).map(t -> t.millimetres(file, m.kind().word()))
                .orElse(OptionalDouble.empty()).orElse(Double.NaN);
        return new MeasuredCase(c.name(), m, m.of(prediction, value), m.of(reference, value), known,
                DistanceUnit.of(prediction.geometry(), prediction.size(2) == 1));
    }

    /** One line for each case that could not be scored. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** What the model measures, of every case and measurement. */
    List<MeasuredCase> measured() {
        return List.copyOf(measured);
    }

    ScoreTable table() {
        return new ScoreTable(rows, TOLERANCE);
    }

    List<WorstCases.Shown> worst() {
        return worst.shown();
    }
}
