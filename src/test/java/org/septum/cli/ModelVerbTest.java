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
import org.septum.bundle.RandomModel;
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

    /** The line of the last output that stands for the whole model. */
    private String hash() {
        return out.toString().lines().filter(l -> l.contains("SHA-256")).findFirst().orElseThrow();
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

    @Test
    void benchKeepsAFileThatIsThereAndTellsWhatIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("bench.json"), "mine");
        assertThat(run("bench", "-m", model, "-o", file)).isEqualTo(1);
        assertThat(err.toString()).contains("bench.json exists", "--overwrite");
        assertThat(file).hasContent("mine");
        assertThat(run("bench", "-m", model, "--shape", "20,20,10", "-o", file, "--overwrite", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString())).isEqualTo(new ObjectMapper().readTree(file.toFile()));
        assertThat(run("bench", "-m", folder.resolve("gone"))).isEqualTo(1);
        assertThat(run("bench", "-m", model, "--shape", "1,2")).isEqualTo(2);
        assertThat(run("bench", "-m", model, "--json", file)).as("--json takes no file").isEqualTo(2);
    }

    /** A copy, its graph, a smaller copy, and back: each step with what the one before wrote. */
    @Test
    void aModelIsMadeSmallerAndMovedEndToEnd() throws IOException {
        Path whole = folder.resolve("whole");
        RandomModel.main(new String[] { "2", "32", whole.toString() });
        Path half = folder.resolve("half");
        assertThat(run("model", "card", whole, "--half", "-o", half)).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("written to " + half + "\n");
        for (String weights : new String[] { "weights.safetensors", "weights.onnx" })
            assertThat(Files.size(half.resolve(weights))).as(weights)
                    .isLessThan((long) (0.6 * Files.size(whole.resolve(weights))));
        assertThat(run("model", "card", whole, "--half", "-o", half)).isEqualTo(1);
        assertThat(err.toString()).contains("half exists", "--overwrite");
        assertThat(run("model", "card", model, "-o", folder.resolve("x"))).isEqualTo(2);
        assertThat(err.toString()).contains("nothing to change", "--half");
        assertThat(run("model", "validate", half)).as(out.toString()).isZero();

        Path zip = folder.resolve("half.zip");
        assertThat(run("model", "export", half, "-o", zip, "--json")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).get("output").asText()).isEqualTo(zip.toString());
        Path back = folder.resolve("back");
        assertThat(run("model", "import", zip, "-o", back)).as(err.toString()).isZero();
        assertThat(run("model", "import", zip, "-o", back)).isEqualTo(1);
        assertThat(run("model", "import", zip, "-o", back, "--overwrite")).as(err.toString()).isZero();
        assertThat(run("model", "info", back)).isZero();
        String hash = hash();
        assertThat(run("model", "info", zip)).isZero();
        assertThat(hash()).isEqualTo(hash);
        assertThat(out.toString()).contains("pixels as they are", "class 1: organ 1");
        assertThat(run("model", "info", whole)).isZero();
        assertThat(hash()).isNotEqualTo(hash);
        assertThat(run("model", "info", folder.resolve("gone"))).isEqualTo(1);
        assertThat(run("model", "validate", folder.resolve("gone"))).isEqualTo(1);
    }
}
