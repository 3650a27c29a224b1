package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;

class HalfFloatsTest {

    @TempDir
    Path folder;

    /** Bit patterns from IEEE 754-2008: sign, 5 exponent bits, 10 fraction bits. */
    @ParameterizedTest
    @CsvSource({ "0, 0000", "1, 3c00", "-2, c000", "65504, 7bff", "0.00006103515625, 0400", "5.9604645e-8, 0001",
            "0.333251953125, 3555", "65520, 7c00", "-1e9, fc00" })
    void hasTheBitsOfTheStandard(float value, String hex) {
        assertThat(HalfFloats.of(value)).isEqualTo((short) Integer.parseInt(hex, 16));
    }

    @Test
    void roundsToTheNearestAndTiesToEven() {
        float step = 0x1p-10f;
        assertThat(HalfFloats.toFloat(HalfFloats.of(1 + 0.49f * step))).isEqualTo(1);
        assertThat(HalfFloats.toFloat(HalfFloats.of(1 + 0.5f * step))).isEqualTo(1);
        assertThat(HalfFloats.toFloat(HalfFloats.of(1 + 1.5f * step))).isEqualTo(1 + 2 * step);
        assertThat(HalfFloats.toFloat(HalfFloats.of(1.99999f))).isEqualTo(2);
        assertThat(HalfFloats.toFloat(HalfFloats.of(1.5f * 0x1p-24f))).isEqualTo(2 * 0x1p-24f);
    }

    @Test
    void givesBackEveryHalfFloatThatIsANumber() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloats.toFloat((short) bits);
            if (!Float.isNaN(value))
                assertThat(HalfFloats.of(value)).as("%x", bits).isEqualTo((short) bits);
        }
        assertThat(HalfFloats.toFloat(HalfFloats.of(Float.NaN))).isNaN();
    }

    @Test
    void roundsKernelsToWithinTwoToTheMinusEleventh() {
        NetworkSpec spec = Models.network(3, "eca");
        NamedWeights before = Models.weights(spec, 3);

        NamedWeights after = HalfFloats.rounded(before);

        before.tensors().forEach((name, tensor) -> {
            float[] a = tensor.values();
            float[] b = after.get(name).values();
            boolean large = a.length >= 256;
            assertThat(HalfFloats.isExact(after.get(name))).as(name).isEqualTo(large && tensor.shape().size() > 1);
            for (int i = 0; i < a.length; i++) {
                float allowed = large ? Math.max(Math.abs(a[i]) * 0x1p-11f, 0x1p-25f) : 0;
                assertThat(Math.abs(a[i] - b[i])).as("%s %s", name, i).isLessThanOrEqualTo(allowed);
            }
        });
        assertThat(after).isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(floats = { 70000, Float.NaN, Float.NEGATIVE_INFINITY })
    void leavesAKernelThatDoesNotFitAsItIs(float odd) {
        float[] values = new float[256];
        java.util.Arrays.fill(values, 0.1f);
        values[100] = odd;
        NamedWeights weights = new NamedWeights(Map.of("a.weight", Tensor.of(List.of(16L, 16L), values)));

        assertThat(HalfFloats.rounded(weights)).isEqualTo(weights);
        assertThat(HalfFloats.isExact(weights.get("a.weight"))).isFalse();
    }

    @Test
    void areReadBackBesideWholeOnes() throws IOException {
        Random random = new Random(1);
        float[] kernel = new float[16 * 20];
        for (int i = 0; i < kernel.length; i++)
            kernel[i] = (float) random.nextGaussian();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a.weight", Tensor.of(List.of(16L, 20L), kernel));
        tensors.put("a.bias", Tensor.of(List.of(3L), new float[] { 0.1f, 0.2f, 0.3f }));
        NamedWeights weights = HalfFloats.rounded(new NamedWeights(tensors));
        Path file = folder.resolve("w.safetensors");

        Safetensors.write(weights, Map.of(), file);

        assertThat(Safetensors.read(file)).isEqualTo(weights);
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)).contains("F16", "F32");
        assertThat(Files.size(file)).isLessThan(16 * 20 * 2 + 3 * 4 + 300);
    }

    @Tag("engine")
    @ParameterizedTest
    @CsvSource({ "2, se", "3, eca" })
    void halveAModelAndGiveItsProbabilities(int dims, String attention) throws IOException {
        Bundle whole = Models.bundle(dims, attention);
        BundleWriter.write(whole, folder.resolve("whole"), false);

        // writing holds the ONNX graph against the network to 1e-4
        BundleWriter.write(whole.withHalfKernels(), folder.resolve("half"), false);

        Bundle read = BundleReader.read(folder.resolve("half"));
        assertThat(read).isEqualTo(whole.withHalfKernels());
        BundleWriter.write(read, folder.resolve("again"), false);
        for (String file : List.of(Bundle.ONNX, Bundle.WEIGHTS)) {
            byte[] bytes = Files.readAllBytes(folder.resolve("half").resolve(file));
            assertThat(bytes.length).as(file)
                    .isLessThan((int) (0.75 * Files.size(folder.resolve("whole").resolve(file))));
            assertThat(Files.readAllBytes(folder.resolve("again").resolve(file))).as(file).isEqualTo(bytes);
        }
    }
}
