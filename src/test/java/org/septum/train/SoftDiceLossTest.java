package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

/** Held against numbers of the published code: two samples, three classes, 4 × 5 voxels. */
@Tag("engine")
class SoftDiceLossTest {

    private static final Shape SHAPE = new Shape(2, 3, 4, 5);

    private static final int CLASSES = 3;

    private static final int VOXELS = 20;

    private NDManager manager;

    private JsonNode tensors;

    @BeforeEach
    void read() throws IOException {
        manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
        try (InputStream in = SoftDiceLossTest.class.getResourceAsStream("/fixtures/canet_soft_dice_loss.json")) {
            tensors = new ObjectMapper().readTree(in).get("tensors");
        }
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] values(String name) {
        JsonNode data = tensors.get(name).get("data");
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) data.get(i).asDouble();
        return values;
    }

    private NDArray target() {
        float[] labels = values("labels");
        float[] oneHot = new float[labels.length * CLASSES];
        for (int i = 0; i < labels.length; i++)
            oneHot[(i / VOXELS * CLASSES + (int) labels[i]) * VOXELS + i % VOXELS] = 1;
        return manager.create(oneHot, SHAPE);
    }

    private NDArray probabilities() {
        return manager.create(values("probabilities"), SHAPE);
    }

    private float[] gradient(SoftDiceLoss loss) {
        try (GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray p = probabilities();
            p.setRequiresGradient(true);
            gradients.backward(loss.ofProbabilities(p, target()));
            return p.getGradient().toFloatArray();
        }
    }

    @Test
    void bothFormsGiveThePublishedLoss() {
        assertThat(new SoftDiceLoss(true).ofProbabilities(probabilities(), target()).getFloat())
                .isCloseTo(values("loss")[0], within(2e-6f));
        assertThat(new SoftDiceLoss(false).ofProbabilities(probabilities(), target()).getFloat())
                .isCloseTo(values("loss_one_minus_dice")[0], within(2e-6f));
    }

    @Test
    void theLogarithmHasThePublishedGradient() {
        assertThat(gradient(new SoftDiceLoss(true))).containsExactly(values("grad_probabilities"), within(1e-6f));
    }

    /** Since d(1 - D) = D d(-ln D). */
    @Test
    void theOtherFormHasTheGradientTimesDice() {
        float[] expected = values("grad_probabilities");
        float[] dice = values("dice_per_class");
        for (int i = 0; i < expected.length; i++)
            expected[i] *= dice[i / VOXELS % CLASSES];
        assertThat(gradient(new SoftDiceLoss(false))).containsExactly(expected, within(1e-6f));
    }

    @Test
    void logitsBecomeProbabilitiesFirst() {
        NDArray logits = manager.arange((float) SHAPE.size()).sin().reshape(SHAPE);
        for (boolean logarithmic : new boolean[] { false, true }) {
            SoftDiceLoss loss = new SoftDiceLoss(logarithmic);
            assertThat(loss.evaluate(logits, target()).getFloat())
                    .isEqualTo(loss.ofProbabilities(logits.softmax(1), target()).getFloat());
        }
    }

    @Test
    void extremeLogitsGiveFiniteLossAndGradient() {
        try (GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray logits = target().mul(-1e4f);
            logits.setRequiresGradient(true);
            NDArray loss = new SoftDiceLoss(true).evaluate(logits, target());
            gradients.backward(loss);
            assertThat(loss.getFloat()).isFinite();
            for (float g : logits.getGradient().toFloatArray())
                assertThat(g).isFinite();
        }
    }
}
