package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
import org.septum.infer.DjlEngine;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.metrics.CaseScores;
import org.septum.metrics.ScoreTable;

/**
 * Segments held-out cases with models as they will be shipped, and scores them. Several models, each with the cases
 * that it has not seen, pool their scores.
 */
final class HeldOutScores {

    /** In mm. */
    static final double TOLERANCE = 1;

    private final String device;

    private final Progress progress;

    private final List<CaseScores> rows = new ArrayList<>();

    private final WorstCases worst = new WorstCases();

    HeldOutScores(String device, Progress progress) {
        this.device = device;
        this.progress = progress;
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
        try (OpenBundle open = BundleReader.open(aside);
                DjlEngine engine = DjlEngine.open(open.onnx(), bundle.plan(), device, Progress.SILENT)) {
            Segmenter segmenter = new Segmenter(engine, SegmenterOptions.DEFAULT);
            for (int i = 0; i < cases.size(); i++) {
                progress.throwIfCancelled();
                progress.report("scoring held-out cases", i, cases.size());
                add(cases.get(i), bundle, segmenter);
            }
            progress.report("scoring held-out cases", cases.size(), cases.size());
        }
    }

    private void add(DataCase c, Bundle bundle, Segmenter segmenter) {
        Scan scan = CaseReader.scan(c);
        LabelMask reference = CaseReader.labels(c, bundle.plan().labels(), scan);
        LabelMask prediction = segmenter.segment(scan, bundle.plan(), new Quiet(progress));
        List<CaseScores> own = new ArrayList<>();
        for (ClassLabel label : bundle.plan().labels().foreground()) {
            progress.throwIfCancelled();
            own.add(CaseScores.of(c.name(), label, reference, prediction, TOLERANCE));
        }
        rows.addAll(own);
        double dice = new ScoreTable(own, TOLERANCE).diceOfCases().mean();
        worst.offer(scan, reference, prediction, c.name(), dice);
    }

    ScoreTable table() {
        return new ScoreTable(rows, TOLERANCE);
    }

    List<WorstCases.Shown> worst() {
        return worst.shown();
    }
}
