package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.pipeline.Toys;

@Tag("engine")
class ModelVerbTest {

    @TempDir
    private Path folder;

    private Path model;

    private StringWriter out;

    private StringWriter err;

    @BeforeEach
    void writeModel() {
        model = Toys.model(folder.resolve("toy"));
    }

    private int run(Object... args) {
        out = new StringWriter();
        err = new StringWriter();
        String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    @Test
    void validateExitsWithOneIfSomethingIsWrong() throws IOException {
        assertThat(run("model", "validate", model)).as(out.toString()).isZero();
        assertThat(out.toString()).contains("ok   package", "test tensors", "PyTorch differs");
        Files.writeString(model.resolve("README.md"), "other");
        assertThat(run("model", "validate", model)).isEqualTo(1);
        assertThat(out.toString()).contains("BAD  package", "README.md was changed");
    }

    @Test
    void exportAndImportMoveAModelAndAddressesAreRefused() {
        Path zip = folder.resolve("toy.zip");
        assertThat(run("model", "export", model, "-o", zip)).as(err.toString()).isZero();
        assertThat(run("model", "import", zip, "-o", folder.resolve("back"))).as(err.toString()).isZero();
        assertThat(folder.resolve("back/rdf.yaml")).hasSameBinaryContentAs(model.resolve("rdf.yaml"));
        assertThat(run("model", "export", model, "--onnx", "-o", folder.resolve("toy.onnx"))).isZero();
        assertThat(run("model", "export", model, "-o", zip)).isEqualTo(1);
        assertThat(run("model", "import", "https://example.org/m.zip", "-o", folder.resolve("x"))).isEqualTo(1);
        assertThat(err.toString()).contains("downloads nothing");
        assertThat(run("model", "import", zip, "-o", zip)).isEqualTo(2);
    }

    @Test
    void benchWritesWhatItPrints() throws IOException {
        Path file = folder.resolve("bench.json");
        assertThat(run("bench", "-m", model, "--shape", "40,40,20", "-o", file)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("tiles/s", "fp32");
        assertThat(new ObjectMapper().readTree(file.toFile()).at("/passes/0/tilesPerSecond").asDouble()).isPositive();
        assertThat(run("bench", "-m", model, "--precision", "fp64")).isEqualTo(2);
    }
}
