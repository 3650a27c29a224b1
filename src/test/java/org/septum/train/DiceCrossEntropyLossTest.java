package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

@Tag("engine")
class DiceCrossEntropyLossTest {

    private static NDManager manager() {
        return ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
    }

    private static float[] logarithms(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++)
            logits[i] = (float) (Math.log(probabilities[i]) + 3);
        return logits;
    }

    /** Two samples, three classes, two voxels; a row for each class. */
    private static final double[] P = { 0.5, 0.1, 0.25, 0.7, 0.25, 0.2, 0.6, 0.3, 0.3, 0.3, 0.1, 0.4 };

    private static final float[] TRUTH = { 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0 };

    @Test
    void itIsTheArithmeticOfItsFormula() {
        // the true classes are 0, 1 | 0, 1
        double crossEntropy = -(Math.log(0.5) + Math.log(0.7) + Math.log(0.6) + Math.log(0.3)) / 4;
        // class 1: overlap 0.7 + 0.3, Σp 0.25 + 0.7 + 0.3 + 0.3, Σg 2; class 2: no voxel, Σp 0.25 + 0.2 + 0.1 + 0.4
        double dice1 = (2 * 1.0 + 1) / (1.55 + 2 + 1);
        double dice2 = 1 / (0.95 + 0 + 1);
        try (NDManager manager = manager()) {
            NDArray loss = new DiceCrossEntropyLoss().evaluate(manager.create(logarithms(P), new Shape(2, 3, 1, 2)),
                    manager.create(TRUTH, new Shape(2, 3, 1, 2)));
            assertThat((double) loss.getFloat()).isCloseTo(crossEntropy + 1 - (dice1 + dice2) / 2, within(1e-5));
        }
    }

    @Test
    void classesMayWeighDifferentlyInTheCrossEntropy() {
        // the true classes are 0, 1 | 0, 1
        double weighted = -(Math.log(0.5) + 3 * Math.log(0.7) + Math.log(0.6) + 3 * Math.log(0.3)) / 8;
        double equal = -(Math.log(0.5) + Math.log(0.7) + Math.log(0.6) + Math.log(0.3)) / 4;
        try (NDManager manager = manager()) {
            NDArray logits = manager.create(logarithms(P), new Shape(2, 3, 1, 2));
            NDArray truth = manager.create(TRUTH, new Shape(2, 3, 1, 2));
            double difference = new DiceCrossEntropyLoss(List.of(0.5, 1.5, 7.0)).evaluate(logits, truth).getFloat()
                    - new DiceCrossEntropyLoss().evaluate(logits, truth).getFloat();
            assertThat(difference).isCloseTo(weighted - equal, within(1e-5));
        }
    }

    @Test
    void aPerfectAnswerCostsNothing() {
        try (NDManager manager = manager()) {
            NDArray truth = manager.create(TRUTH, new Shape(2, 3, 1, 2));
            assertThat(new DiceCrossEntropyLoss().evaluate(truth.mul(200), truth).getFloat()).isCloseTo(0,
                    within(1e-5f));
        }
    }

    @Test
    void extremeLogitsGiveFiniteLossAndGradient() {
        try (NDManager manager = manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray truth = manager.create(TRUTH, new Shape(2, 3, 1, 2));
            NDArray logits = truth.mul(-1e4f);
            logits.setRequiresGradient(true);
            NDArray loss = new DiceCrossEntropyLoss().evaluate(logits, truth);
            gradients.backward(loss);
            assertThat(loss.getFloat()).isBetween(5e3f, 2e4f);
            for (float g : logits.getGradient().toFloatArray())
                assertThat(g).isFinite();
        }
    }

    /**
     * The engine's arithmetic with plain numbers keeps them in buffers that the collector may free before the gradient
     * is computed from them.
     */
    @Test
    void theGradientDoesNotDependOnTheGarbageCollector() throws InterruptedException {
        assertThat(gradient(true)).isEqualTo(gradient(false));
    }

    private static float[] gradient(boolean collect) throws InterruptedException {
        try (NDManager manager = manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray logits = manager.create(logarithms(P), new Shape(2, 3, 1, 2));
            logits.setRequiresGradient(true);
            NDArray loss = new DiceCrossEntropyLoss().evaluate(logits, manager.create(TRUTH, new Shape(2, 3, 1, 2)));
            for (int i = 0; collect && i < 3; i++) {
                System.gc();
                Thread.sleep(50);
            }
            gradients.backward(loss);
            return logits.getGradient().toFloatArray();
        }
    }
}
