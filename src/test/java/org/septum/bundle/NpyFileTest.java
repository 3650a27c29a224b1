package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights.Tensor;

class NpyFileTest {

    @TempDir
    Path folder;

    @Test
    void keepsShapeAndValues() throws IOException {
        for (List<Long> shape : List.of(List.of(6L), List.of(2L, 3L), List.of(1L, 1L, 3L, 2L))) {
            Tensor tensor = Tensor.of(shape, new float[] { 1, 2, 3, -4, 5, 1e-20f });
            Path file = folder.resolve("t.npy");
            NpyFile.write(tensor, file);
            assertThat(NpyFile.read(file)).isEqualTo(tensor);
        }
    }

    @Test
    void writesTheHeaderThatNumPyExpects() throws IOException {
        Path file = folder.resolve("t.npy");
        NpyFile.write(Tensor.of(List.of(2L), new float[] { 1, 2 }), file);
        byte[] bytes = Files.readAllBytes(file);

        assertThat((bytes.length - 8) % 64).isZero();
        assertThat(new String(bytes, 10, 59, StandardCharsets.US_ASCII))
                .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, ), } ");
    }

    @Test
    void refusesDataThatDoNotFitTheShape() throws IOException {
        Path file = folder.resolve("t.npy");
        NpyFile.write(Tensor.of(List.of(2L, 2L), new float[4]), file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));

        assertThatThrownBy(() -> NpyFile.read(file)).isInstanceOf(SeptumException.class).hasMessageContaining("[2, 2]");
    }
}
