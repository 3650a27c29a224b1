package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

class SafetensorsTest {

    @TempDir
    Path folder;

    private static NamedWeights example() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z.weight", Tensor.of(List.of(2L, 3L), new float[] { 1, -2, 3.5f, Float.MIN_VALUE, 5, 6 }));
        tensors.put("a.bias", Tensor.of(List.of(1L), new float[] { 7 }));
        tensors.put("m.empty", Tensor.of(List.of(0L, 4L), new float[0]));
        return new NamedWeights(tensors);
    }

    private Path file(String header, float... values) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        for (float v : values)
            bytes.putFloat(v);
        return Files.write(folder.resolve("w.safetensors"), bytes.array());
    }

    @Test
    void keepsValuesShapesOrderAndMetadata() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(example(), Map.of("format", "septum"), file);

        NamedWeights read = Safetensors.read(file);

        assertThat(read).isEqualTo(example());
        assertThat(read.tensors().keySet()).containsExactly("z.weight", "a.bias", "m.empty");
        assertThat(Safetensors.readMetadata(file)).containsExactly(Map.entry("format", "septum"));
    }

    @Test
    void laysOutBytesAsTheFormatSays() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(example(), Map.of(), file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong(0);

        assertThat(header % 8).isZero();
        assertThat(bytes.capacity()).isEqualTo(8 + (int) header + 7 * 4);
        assertThat(bytes.getFloat(8 + (int) header + 2 * 4)).isEqualTo(3.5f);
    }

    @Test
    void readsTensorsInAnyPlace() throws IOException {
        Path file = file("{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 1, 2, 3);

        assertThat(Safetensors.read(file).get("b").values()).containsExactly(3);
        assertThat(Safetensors.read(file).get("a").values()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = { "not json", "[1]", "{\"a\":1}", "{} {}",
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                    + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}" })
    void refusesAHeaderThatDoesNotFitTheData(String header) throws IOException {
        Path file = file(header, 1, 2);

        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("not a usable safetensors file").hasMessageNotContaining("\n");
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(example(), Map.of(), file);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] { 0, 7, 8, 100, bytes.length - 1 }) {
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Safetensors.read(file)).as("%s bytes", length).isInstanceOf(SeptumException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { -1, 0, 1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE })
    void refusesAHeaderLengthBeyondTheFile(long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Path file = Files.write(folder.resolve("w.safetensors"), bytes.array());

        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("header claims");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("none"))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("none");
    }
}
