package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.septum.model.NamedWeights.Tensor;

class LinearScaleTest {

    @Test
    void putsTheEndsOfARangeOnZeroAnd255() {
        LinearScale scale = LinearScale.of(new Quantization.Range(-1, 4.1f));

        assertThat(scale.scale()).isCloseTo(5.1f / 255, within(1e-7f));
        assertThat(scale.zero()).isEqualTo(50);
        assertThat(scale.quantize(-1)).isZero();
        assertThat(scale.quantize(4.1f)).isEqualTo(255);
        assertThat(scale.quantize(0)).isEqualTo(50);
        assertThat(scale.dequantize(50)).isZero();
    }

    @Test
    void roundsToTheNearestAndCutsOffBeyondTheEnds() {
        LinearScale scale = new LinearScale(0.5f, 10);

        assertThat(scale.quantize(0.74f)).isEqualTo(11);
        assertThat(scale.quantize(0.76f)).isEqualTo(12);
        // 0.25 lies between 0 and 0.5, 0.75 between 0.5 and 1: of two equally near the even one, as ONNX has it
        assertThat(scale.quantize(0.25f)).isEqualTo(10);
        assertThat(scale.quantize(0.75f)).isEqualTo(12);
        assertThat(scale.quantize(-100)).isZero();
        assertThat(scale.quantize(1000)).isEqualTo(255);
    }

    @Test
    void isOffByHalfAStepAtMostInsideTheRange() {
        LinearScale scale = LinearScale.of(new Quantization.Range(-0.3f, 2.2f));
        for (float v = -0.3f; v <= 2.2f; v += 0.001f) {
            assertThat(scale.dequantize(scale.quantize(v))).as("%s", v).isCloseTo(v,
                    within(scale.scale() / 2 + 1e-6f + (v < -0.29f || v > 2.19f ? scale.scale() / 2 : 0)));
        }
    }

    @Test
    void holdsZeroWhateverTheRange() {
        assertThat(LinearScale.of(new Quantization.Range(3, 5)).zero()).isZero();
        assertThat(LinearScale.of(new Quantization.Range(-5, -3)).zero()).isEqualTo(255);
        assertThat(LinearScale.of(new Quantization.Range(0, 0)).quantize(0)).isZero();
    }

    @Test
    void aKernelHasOneScaleForEachOutputChannel() {
        Tensor kernel = Tensor.of(List.of(2L, 1L, 1L, 3L), new float[] { 0.64f, -0.32f, 0.006f, 0, -6.4f, 0.15f });

        QuantizedKernel quantized = new QuantizedKernel(kernel, new float[] { 0.002f, -1 }, new LinearScale(0.1f, 7));

        assertThat(quantized.scales()).containsExactly(new float[] { 0.01f, 0.1f }, within(1e-8f));
        byte[] values = new byte[6];
        quantized.values().get(values);
        assertThat(values).containsExactly(64, -32, 1, 0, -64, 2);
        ByteBuffer bias = quantized.bias().order(ByteOrder.LITTLE_ENDIAN);
        // the bias counts in products: 0.002 / (0.01 · 0.1) and -1 / (0.1 · 0.1)
        assertThat(bias.getInt(0)).isEqualTo(2);
        assertThat(bias.getInt(4)).isEqualTo(-100);
    }
}
