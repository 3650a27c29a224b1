package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.data.Plan;
import org.septum.io.ScanFiles;
import org.septum.pipeline.Toys;

/** Plans, trainings and compression as a user starts them. */
@Tag("engine")
class TrainingVerbsTest {

    @TempDir
    private static Path shared;

    private static Path toys;

    @TempDir
    private Path folder;

    private StringWriter out;

    private StringWriter err;

    @BeforeAll
    static void writeDataset() throws IOException {
        toys = Toys.dataset(shared.resolve("toys"), 6);
    }

    private int run(Object... args) {
        out = new StringWriter();
        err = new StringWriter();
        String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    @Test
    void aNetworkThatSeesTheSlicesBesideIsPlannedTrainedAndUsed() throws IOException {
        Path file = folder.resolve("plan.json");
        assertThat(run("plan", toys, "-o", file, "--dims", "2.5", "--quiet")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("2D U-Net", "written to " + file);
        Plan plan = Plan.read(file);
        assertThat(plan.network().dims()).isEqualTo(2);
        assertThat(plan.slices()).isEqualTo(List.of(-1, 0, 1));
        assertThat(plan.network().inputs()).isEqualTo(3);
        Files.writeString(file, Files.readString(file).replaceAll("\"stepsPerEpoch\" : \\d+", "\"stepsPerEpoch\" : 2"));
        Path trained = folder.resolve("trained");
        assertThat(run("train", toys, "-o", trained, "--plan", file, "--epochs", "1", "--device", "cpu", "--quiet"))
                .as(err.toString()).isZero();
        assertThat(out.toString()).contains("blob", "epoch 1 of 1 kept", "fold 0 of 5");
        assertThat(run("model", "info", trained)).isZero();
        assertThat(out.toString()).contains("2D U-Net", "channels [MRI]", "epochs: 1");
        Path scan = toys.resolve("imagesTr/case_1_0000.nii.gz");
        assertThat(run("segment", scan, "-m", trained, "-o", folder.resolve("out"), "--device", "cpu", "--quiet"))
                .as(err.toString()).isZero();
        assertThat(ScanFiles.readMask(folder.resolve("out/case_1_0000.nii.gz"), Toys.LABELS).size(2)).isEqualTo(11);
    }

    @Test
    void otherNumbersOfAxesAreRefused() {
        assertThat(run("plan", toys, "-o", folder.resolve("plan.json"), "--dims", "1.5")).isEqualTo(2);
        assertThat(err.toString()).contains("--dims 1.5; allowed: 2, 2.5, 3");
    }

    @Test
    void aModelIsCompressedToIntegersAndSaysWhatThatCosts() throws IOException {
        Path model = Toys.model(folder.resolve("toy"));
        Path faster = folder.resolve("faster.zip");
        assertThat(run("compress", "-m", model, "-d", toys, "--method", "int8", "-o", faster, "--fold", "0"))
                .as(err.toString()).isZero();
        assertThat(out.toString()).contains("blob: Dice 1.0000").contains("written to " + faster);
        assertThat(run("compress", "-m", model, "-d", toys, "--method", "int8", "-o", faster)).isEqualTo(1);
        assertThat(err.toString()).contains("faster.zip exists", "--overwrite");
        assertThat(run("compress", "-m", model, "-d", toys, "--method", "int4", "-o", folder.resolve("x")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("int4", "int8");
        assertThat(run("compress", "-m", folder.resolve("gone"), "-d", toys, "--method", "int8", "-o",
                folder.resolve("x"))).isEqualTo(1);
        assertThat(err.toString()).contains("no model", "gone");
        assertThat(run("compress", "-m", model, "-d", folder.resolve("nothing"), "--method", "int8", "-o",
                folder.resolve("x"))).isEqualTo(1);
        assertThat(err.toString()).contains("nothing");
        assertThat(folder.resolve("x")).doesNotExist();

        assertThat(run("bench", "-m", faster, "--shape", "20,20,10", "--device", "cpu", "--json")).isZero();
        JsonNode passes = new ObjectMapper().readTree(out.toString()).get("passes");
        assertThat(passes.findValuesAsText("precision")).containsExactly("fp32", "int8");
    }
}
