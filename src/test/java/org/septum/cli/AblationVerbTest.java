package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.pipeline.Toys;

@Tag("engine")
class AblationVerbTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @Test
    void oneCommandComparesAttentions() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 6);
        int code = run("ablation", toys.toString(), "-o", folder.resolve("out").toString(), "--attention", "none,eca",
                "--seeds", "3", "--epochs", "1", "--steps-per-epoch", "2", "--dims", "2", "--size", "16,16", "--norm",
                "instance", "--activation", "silu", "--jobs", "2", "--device", "cpu", "--json");
        assertThat(code).as(err.toString()).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/attentions/1/attention").asText()).isEqualTo("eca");
        assertThat(json.at("/attentions/1/seeds").asInt()).isEqualTo(1);
        assertThat(json.at("/attentions/1/dice_sd").isNull()).isTrue();
        assertThat(json.at("/attentions/1/interval")).hasSize(2);
        assertThat(folder.resolve("out/ablation.md")).content().contains("instance normalisation, silu", "16 × 16");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "--attention se,eca|must be one of", "--attention none,sea|sea",
            "--fold all|held out", "--seeds 1,1|each once", "--size 128|two numbers", "--size 4,4|from 8 to 8192",
            "--norm layer|allowed: batch, instance, group", "--activation gelu|allowed: relu", "--jobs 0|jobs 0" })
    void wrongUsageIsToldInOneLine(String options, String words) {
        String[] two = options.split(" ");
        assertThat(run("ablation", folder.toString(), "-o", folder.resolve("out").toString(), two[0], two[1]))
                .isEqualTo(2);
        assertThat(err.toString().strip().lines()).hasSize(1).first().asString().startsWith("septum: ").contains(words);
    }

    @Test
    void aChildIsThisJavaWithItsSharesAndNoAgents() {
        assertThat(OwnCommand.of(1)).contains("org.septum.cli.SeptumCli").noneMatch(a -> a.startsWith("-javaagent"))
                .noneMatch(a -> a.contains("ActiveProcessorCount"));
        assertThat(OwnCommand.of(3)).contains("-XX:MaxRAMPercentage=20.0")
                .anyMatch(a -> a.startsWith("-XX:ActiveProcessorCount="));
    }
}
