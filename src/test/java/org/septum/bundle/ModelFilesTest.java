package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights.Tensor;
import org.septum.pipeline.DescribeForeign;
import org.septum.pipeline.MoveModel;
import org.septum.pipeline.ValidateModel;

@Tag("engine")
class ModelFilesTest {

    @TempDir
    private Path folder;

    /** y = (x - 3) / 2 + 1 on an image of 4×3 in the order x, y; the test output is off by {@code error}. */
    private Path foreign(String format, float error) throws IOException {
        float[] in = new float[12];
        float[] out = new float[12];
        for (int i = 0; i < 12; i++) {
            in[i] = i * i;
            out[i] = (in[i] - 3) / 2 + 1 + (i == 7 ? error : 0);
        }
        return new ForeignPackage("bcxy", "bcxy").size('x', 4).size('y', 3)
                .before("scale_linear", Map.of("gain", 0.5, "offset", -1.5))
                .after("scale_linear", Map.of("gain", 1.0, "offset", 1.0))
                .tests(Tensor.of(List.of(1L, 1L, 4L, 3L), in), Tensor.of(List.of(1L, 1L, 4L, 3L), out))
                .write(folder.resolve("foreign"), format);
    }

    private static Map<String, byte[]> content(Path model) throws IOException {
        Map<String, byte[]> content = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList())
                content.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return content;
    }

    private static void assertSame(Path a, Path b) throws IOException {
        Map<String, byte[]> left = content(a);
        Map<String, byte[]> right = content(b);
        assertThat(right.keySet()).isEqualTo(left.keySet());
        left.forEach((name, bytes) -> assertThat(right.get(name)).as(name).isEqualTo(bytes));
    }

    @Test
    void exportAndImportKeepEveryByteOfForeignAndOwnModels() throws IOException {
        Path own = folder.resolve("own");
        BundleWriter.write(Models.bundle(2, "none"), own, false);
        for (Path model : List.of(own, foreign("0.5.3", 0))) {
            Path zip = model.resolveSibling(model.getFileName() + ".zip");
            Path back = model.resolveSibling(model.getFileName() + "-back");
            MoveModel.out(new MoveModel.Request(model, zip, false));
            MoveModel.in(new MoveModel.Request(zip, back, false));
            assertSame(model, back);
            Path graph = model.resolveSibling(model.getFileName() + ".onnx");
            MoveModel.graph(new MoveModel.Request(zip, graph, false));
            assertThat(graph).hasSameBinaryContentAs(model.resolve(model == own ? "weights.onnx" : "net.onnx"));
            assertThatThrownBy(() -> MoveModel.out(new MoveModel.Request(model, zip, false)))
                    .isInstanceOf(SeptumException.class).hasMessageContaining("--overwrite");
        }
    }

    @Test
    void aDamagedModelIsNotImported() throws IOException {
        Path model = foreign("0.5.3", 0);
        Files.write(model.resolve("net.onnx"), new byte[] { 1, 2, 3 });
        assertThatThrownBy(() -> MoveModel.in(new MoveModel.Request(model, folder.resolve("out"), false)))
                .hasMessageContaining("net.onnx was changed");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void anAddressIsRefusedAsNothingIsDownloaded() {
        Path address = Path.of("https://example.org/model.zip");
        assertThatThrownBy(() -> MoveModel.in(new MoveModel.Request(address, folder.resolve("out"), false)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("downloads nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0.4.10", "0.5.3" })
    void validateRunsTheTestTensorsOfAForeignPackage(String format) throws IOException {
        assertThat(ValidateModel.run(foreign(format, 0))).allMatch(ValidateModel.Check::isWell)
                .anyMatch(c -> c.text().contains("differs from the test output by at most"));
        assertThat(ValidateModel.run(foreign(format, 0.5f))).anyMatch(
                c -> !c.isWell() && c.text().contains("differs from the test output by at most 0.50, which is too"));
    }

    @Test
    void validateRunsBothEnginesOnAnOwnModelAndNamesWhatIsWrong() throws IOException {
        Path own = folder.resolve("own");
        BundleWriter.write(Models.bundle(2, "none"), own, false);
        List<ValidateModel.Check> checks = ValidateModel.run(own);
        assertThat(checks).allMatch(ValidateModel.Check::isWell);
        assertThat(checks).anyMatch(c -> c.text().startsWith("PyTorch"))
                .anyMatch(c -> c.text().startsWith("ONNX Runtime"));
        Files.delete(own.resolve("plan.json"));
        assertThat(ValidateModel.run(own)).singleElement()
                .matches(c -> !c.isWell() && c.text().contains("plan.json is missing"));
    }

    @Test
    void saysWhatAForeignPackageIs() throws IOException {
        DescribeForeign about = DescribeForeign.run(foreign("0.4.10", 0)).orElseThrow();
        assertThat(about.classes()).containsExactly("background", "answer");
        assertThat(about.tile()).containsExactly(4, 3, 1);
        assertThat(about.notes()).anyMatch(n -> n.contains("sigmoid above 0.5"));
        Path own = folder.resolve("own");
        BundleWriter.write(Models.bundle(2, "none"), own, false);
        assertThat(DescribeForeign.run(own)).isEmpty();
    }
}
