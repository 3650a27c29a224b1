package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

@Tag("engine")
class DeepSupervisionTest {

    private static NDManager manager() {
        return ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
    }

    /** Two classes, 4 × 4 voxels; class 1 fills the left column. */
    private static NDArray target(NDManager manager) {
        float[] values = new float[32];
        for (int i = 0; i < 16; i++)
            values[i % 4 == 0 ? 16 + i : i] = 1;
        return manager.create(values, new Shape(1, 2, 4, 4));
    }

    @Test
    void aCoarseVoxelIsTaughtTheSharesOfItsClasses() {
        try (NDManager manager = manager()) {
            NDArray shares = DeepSupervision.reduced(target(manager), new Shape(1, 2, 4, 2));
            assertThat(shares.toFloatArray()).containsExactly(0.5f, 1, 0.5f, 1, 0.5f, 1, 0.5f, 1, 0.5f, 0, 0.5f, 0,
                    0.5f, 0, 0.5f, 0);
        }
    }

    @Test
    void volumesAreReducedAlongEveryAxisByItsOwnFactor() {
        try (NDManager manager = manager()) {
            NDArray target = manager.arange(2f * 4 * 6).reshape(1, 1, 2, 4, 6);
            NDArray shares = DeepSupervision.reduced(target, new Shape(1, 1, 2, 2, 2));
            // first window: 0 1 2 6 7 8
            assertThat(shares.toFloatArray()).containsExactly(4, 7, 16, 19, 28, 31, 40, 43);
        }
    }

    @Test
    void eachLevelWeighsHalfOfTheFinerOne() {
        DiceCrossEntropyLoss loss = new DiceCrossEntropyLoss();
        try (NDManager manager = manager()) {
            NDArray target = target(manager);
            NDList outputs = new NDList(manager.arange(32f).reshape(1, 2, 4, 4).sin(),
                    manager.arange(8f).reshape(1, 2, 2, 2).cos(), manager.arange(2f).reshape(1, 2, 1, 1));
            double expected = 0;
            for (int i = 0; i < 3; i++) {
                NDArray shares = DeepSupervision.reduced(target, outputs.get(i).getShape());
                expected += Math.pow(0.5, i) / 1.75 * loss.evaluate(outputs.get(i), shares).getFloat();
            }
            assertThat((double) new DeepSupervision(loss).evaluate(outputs, target).getFloat()).isCloseTo(expected,
                    within(1e-5));
            assertThat(new DeepSupervision(loss).evaluate(new NDList(outputs.head()), target).getFloat())
                    .isEqualTo(loss.evaluate(outputs.head(), target).getFloat());
        }
    }
}
