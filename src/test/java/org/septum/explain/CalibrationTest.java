package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

class CalibrationTest {

    private static float[] softmax(double[] logits) {
        float[] p = new float[logits.length];
        double sum = 0;
        for (double z : logits)
            sum += Math.exp(z);
        for (int c = 0; c < p.length; c++)
            p[c] = (float) (Math.exp(logits[c]) / sum);
        return p;
    }

    /** True classes drawn from the soft-max of logits; the network tells that of the logits times {@code t}. */
    private static ProbabilitySamples samples(double t) {
        ProbabilitySamples samples = new ProbabilitySamples(1, 1);
        Random random = new Random(8);
        for (int i = 0; i < 20000; i++) {
            double[] logits = { 2 * random.nextGaussian(), 2 * random.nextGaussian(), 0 };
            float[] truth = softmax(logits);
            double u = random.nextDouble();
            int own = u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2;
            samples.add(softmax(new double[] { t * logits[0], t * logits[1], 0 }), own);
        }
        return samples;
    }

    @Test
    void theTemperatureOfSyntheticLogitsIsFoundAgain() {
        for (double t : new double[] { 0.5, 1, 2.5 }) {
            Calibration found = Calibration.of(samples(t));
            assertThat(found.temperature()).isCloseTo(t, within(0.05 * t));
            assertThat(found.after().expectedError()).isLessThan(0.02);
            if (t != 1)
                assertThat(found.before().expectedError()).isGreaterThan(0.05);
            assertThat(found.voxels()).isEqualTo(20000);
        }
    }

    @Test
    void expectedErrorWeighsEachBinByItsVoxels() {
        // bin 13 (0.867 to 0.933): confidence 0.9, accuracy 0.5; the last bin: confidence 1, accuracy 1
        ReliabilityTable table = ReliabilityTable.of(new double[] { 0.9, 0.9, 1, 1, 1 },
                new boolean[] { true, false, true, true, true });
        assertThat(table.bins()).hasSize(15);
        assertThat(table.bins().get(13).count()).isEqualTo(2);
        assertThat(table.bins().get(13).accuracy()).isEqualTo(0.5);
        assertThat(table.expectedError()).isCloseTo(2 / 5.0 * 0.4, within(1e-9));
        assertThat(ReliabilityTable.of(new double[0], new boolean[0]).expectedError()).isNaN();
    }

    @Test
    void aTemperatureChangesHowSureButNotWhich() {
        float[] p = { 0.5f, 0.3f, 0.2f };
        double[] cooler = Temperature.apply(p, 0.5);
        double[] warmer = Temperature.apply(p, 2);
        assertThat(cooler[0]).isCloseTo(0.25 / 0.38, within(1e-6));
        assertThat(warmer[0]).isBetween(1 / 3.0, 0.5);
        assertThat(warmer[0]).isGreaterThan(warmer[1]);
        assertThat(warmer[0] + warmer[1] + warmer[2]).isCloseTo(1, within(1e-9));
    }

    @Test
    void aCalibrationIsReadAsItWasWritten() {
        Calibration found = Calibration.of(samples(2));
        assertThat(Calibration.parse(found.toJson())).isEqualTo(found);
        assertThatThrownBy(() -> Calibration.parse("{\"temperature\": 0}")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("calibrat");
    }

    @Test
    void voxelsAreDrawnAroundTheObjectAndPairedWithTheirOwnClass() {
        ClassLabels labels = ClassLabels.of("background", "blob");
        int n = 100;
        float[] p = new float[2 * n];
        byte[] truth = new byte[n];
        for (int x = 0; x < n; x++) {
            truth[x] = (byte) (x >= 50 && x < 60 ? 1 : 0);
            p[n + x] = truth[x] == 1 ? 0.8f : 0.1f;
            p[x] = 1 - p[n + x];
        }
        ScanGeometry geometry = ScanGeometry.ofSpacing(1, 1, 1);
        ProbabilityMap map = new ProbabilityMap(ArrayImgs.floats(p, n, 1, 1, 2), geometry, labels);
        ProbabilitySamples samples = new ProbabilitySamples(1000, 3);
        samples.add(map, new LabelMask(ArrayImgs.unsignedBytes(truth, n, 1, 1), geometry, labels));
        assertThat(samples.count()).isEqualTo(10 + 2 * 8);
        assertThat(samples.negativeLogLikelihood(1)).isCloseTo(-(10 * Math.log(0.8) + 16 * Math.log(0.9)) / 26,
                within(1e-5));
        ProbabilityMap same = new Calibration(1, 1, 26, samples.reliability(1), samples.reliability(1)).apply(map);
        assertThat(same.pixels().getAt(55, 0, 0, 1).get()).isCloseTo(0.8f, within(1e-5f));
        assertThat(same.pixels().getAt(5, 0, 0, 0).get()).isCloseTo(0.9f, within(1e-5f));
    }

    @Test
    void casesWithoutAnyObjectCannotCalibrate() {
        assertThatThrownBy(() -> Calibration.of(new ProbabilitySamples(10, 1))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("no voxel");
    }
}
