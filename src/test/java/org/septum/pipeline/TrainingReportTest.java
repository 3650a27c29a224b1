package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.septum.bundle.Bundle;
import org.septum.core.ClassLabel;
import org.septum.metrics.CaseScores;
import org.septum.metrics.DistanceUnit;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.Measurement;
import org.septum.metrics.ScoreTable;
import org.septum.train.EpochReport;

class TrainingReportTest {

    private static final ClassLabel BLOB = Toys.LABELS.foreground().get(0);

    /** 40 epochs whose loss halves every 8, 12 cases of which one was missed, errors from -2 to 3.5 mm. */
    static String html() {
        List<EpochReport> history = new ArrayList<>();
        for (int e = 1; e <= 40; e++) {
            double loss = Math.pow(0.5, e / 8.0);
            history.add(new EpochReport(e, 100L * e, loss, List.of(0.95 - 0.4 * loss), 0.03 * (41 - e) / 40, 20.0 * e,
                    0.1));
        }
        List<CaseScores> rows = new ArrayList<>();
        List<MeasuredCase> measured = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double hd95 = i == 11 ? Double.POSITIVE_INFINITY : 1 + 0.3 * i;
            rows.add(new CaseScores("case" + i, BLOB, i == 11 ? 0 : 0.97 - 0.01 * i, 0.9, hd95, 0.9, 0.4, 10, 10,
                    DistanceUnit.MILLIMETRES));
            measured.add(new MeasuredCase("case" + i, Measurement.circumference("blob"), 180 + i / 2.0, 181, 182,
                    DistanceUnit.MILLIMETRES));
        }
        Bundle bundle = Toys.planarModel(Map.of("device", "cpu; 2 <processors>", "seed", "7"));
        ScoreTable scores = new ScoreTable(rows, 1);
        Bundle scored = bundle
                .withCard(bundle.card().withScores(TrainingRecord.cardScores(scores, measured, "fold 0")));
        return new TrainingReport(scored, List.of(new TrainingReport.Run("fold 0", history, 38)), scores, measured,
                List.of(new WorstCases.Shown("case11", 0, 3, "AAAA"))).html();
    }

    @Test
    void holdsCurvesBoxesPicturesFactsAndPlan() {
        String html = html();
        assertThat(html).contains("training loss", "validation Dice", "learning rate", "Kept: epoch 38 of 40 of fold 0",
                "Dice of each held-out case", "HD95 in mm of each held-out case", "blob (12)", "blob (11)",
                "in 1 cases it is in the reference or the prediction alone", "case11, slice 3: Dice 0.000",
                "error of the circumference against the table in mm", "cpu; 2 &lt;processors&gt;", "plan.json");
        assertThat(html).contains(">0.02</text>").contains(">-2</text>").contains(">40</text>");
    }

    @Test
    void needsNothingBesideItself() {
        assertThat(html()).doesNotContain("src=\"http").doesNotContain("<script").doesNotContain("<link")
                .doesNotContain("@import");
    }
}
