package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class QualityModelTest {

    /** Cases of five to a patient whose Dice is 1 minus a tenth of the doubt, and noise. */
    private static List<JudgedCase> cases(int count, double noise) {
        Random random = new Random(7);
        List<JudgedCase> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double doubt = 1 + 4.0 * i / count;
            cases.add(new JudgedCase(
                    "c" + i, "p" + i / 5, 1 - 0.1 * doubt + noise * random.nextGaussian(), Map.of(CaseFeatures.LN_DOUBT,
                            doubt, CaseFeatures.DOUBT, doubt, "strays of blob", 0.1 * random.nextDouble()),
                    Map.of("spacing along x", 1.0, "voxels along x", 30.0 + i)));
        }
        return cases;
    }

    @Test
    void whatFollowsFromDoubtIsPredicted() {
        QualityModel model = QualityModel.of(cases(30, 0));
        assertThat(model.features()).containsExactly(CaseFeatures.LN_DOUBT);
        assertThat(model.predict(Map.of(CaseFeatures.LN_DOUBT, 3.3))).isCloseTo(0.67, within(1e-9));
        assertThat(model.trial().spearman()).isCloseTo(1, within(1e-9));
        assertThat(model.trial().meanError()).isCloseTo(0, within(1e-9));
        assertThat(model.trial().found()).isEqualTo(1);
        assertThat(model.trial().acrossPatients()).isTrue();
        assertThat(model.groups()).isEqualTo(6);
        // a fifth of 30 lies below
        assertThat(cases(30, 0).stream().filter(c -> model.predict(c.features()) < model.lookBelow()).count())
                .isEqualTo(6);
        assertThat(QualityModel.parse(model.toJson())).isEqualTo(model);
    }

    /** If more doubt came with better masks, that would be chance: nothing is learnt from it. */
    @Test
    void aFeatureWithTheWrongSignSaysNothing() {
        List<JudgedCase> turned = cases(20, 0).stream()
                .map(c -> new JudgedCase(c.name(), c.group(), 1 - c.dice(), c.features(), c.facts())).toList();
        QualityModel model = QualityModel.of(turned);
        assertThat(model.predict(Map.of(CaseFeatures.LN_DOUBT, 1.0)))
                .isEqualTo(model.predict(Map.of(CaseFeatures.LN_DOUBT, 5.0)));
    }

    @Test
    void whatNoCaseWasLikeIsTold() {
        QualityModel model = QualityModel.of(cases(20, 0));
        Map<String, Double> usual = Map.of("spacing along x", 1.0, "voxels along x", 40.0);
        assertThat(model.unusual(usual, Map.of(CaseFeatures.DOUBT, 2.0))).isEmpty();
        assertThat(model.unusual(Map.of("spacing along x", 1.5), Map.of(CaseFeatures.DOUBT, 2.0))).singleElement()
                .asString().contains("spacing along x 1.5").contains("20 cases");
        assertThat(model.unusual(usual, Map.of(CaseFeatures.DOUBT, 20.0))).hasSize(1);
    }

    @Test
    void whereAllCasesAreAlikeSmallDifferencesDoNoHarm() {
        KnownRange upright = KnownRange.of("tilt", new double[] { 0, 0 });
        assertThat(upright.unusual(14)).isEmpty();
        assertThat(upright.unusual(16)).isPresent();
        KnownRange size = KnownRange.of("voxels along x", new double[] { 100, 120 });
        // half the width of the range, and a fifth of its larger end
        assertThat(size.unusual(120 + 10 + 24)).isEmpty();
        assertThat(size.unusual(120 + 10 + 25)).isPresent();
        assertThat(size.unusual(100 - 10 - 25)).isPresent();
    }

    @Test
    void aPatientIsPredictedByOthersAlone() {
        // cases of a patient share its Dice, which nothing but the patient itself tells
        List<JudgedCase> cases = new ArrayList<>();
        for (int i = 0; i < 12; i++)
            cases.add(new JudgedCase("c" + i, "p" + i / 4, i / 4 / 2.0, Map.of(CaseFeatures.LN_DOUBT, 1.0), Map.of()));
        QualityTrial trial = QualityModel.of(cases).trial();
        assertThat(trial.meanError()).isCloseTo((0.75 + 0 + 0.75) / 3, within(1e-9));
    }

    @Test
    void fewCasesTeachNothing() {
        assertThatThrownBy(() -> QualityModel.of(cases(9, 0))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("9 cases").hasMessageContaining("10");
    }

    @Test
    void ranksThatAreEqualShareTheirMean() {
        assertThat(QualityTrial.spearman(new double[] { 1, 2, 3, 4 }, new double[] { 1, 8, 27, 64 })).isCloseTo(1,
                within(1e-12));
        assertThat(QualityTrial.spearman(new double[] { 1, 2, 3 }, new double[] { 3, 2, 1 })).isCloseTo(-1,
                within(1e-12));
        // ranks 0.5 0.5 2 against 0 1 2: 1.5 / sqrt(1.5 · 2)
        assertThat(QualityTrial.spearman(new double[] { 5, 5, 9 }, new double[] { 1, 2, 3 }))
                .isCloseTo(1.5 / Math.sqrt(3), within(1e-12));
        // the worst of ten is found if it is among the two that were predicted lowest
        double[] dice = { 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9 };
        assertThat(
                QualityTrial.of(new double[] { 0.5, 0.4, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9 }, dice, true).found())
                        .isEqualTo(1);
        assertThat(
                QualityTrial.of(new double[] { 0.6, 0.4, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9 }, dice, true).found())
                        .isZero();
    }
}
