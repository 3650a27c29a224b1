package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.pipeline.Toys;

class MeasureVerbTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private int septum(String... words) {
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    @BeforeEach
    void writeMask() throws IOException {
        ImageIO.write(Toys.picture(40, 30, 255), "png", folder.resolve("head.png").toFile());
    }

    @Test
    void printsTheCircumferenceInMillimetresAndWritesIt() {
        Path csv = folder.resolve("out.csv");
        int code = septum("measure", folder.resolve("head.png").toString(), "--pixel-size", "0.5", "-o",
                csv.toString());
        // 4 a E(e) of half axes 20 and 15 mm is 110.5
        assertThat(out.toString()).contains("head.png  class_255", "  110.5", "40.0", "30.0", "  mm",
                "written to " + csv);
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(csv).content().startsWith("mask,label,class,voxels,area_mm2");
    }

    @Test
    void printsItAsJson() {
        assertThat(septum("measure", folder.toString(), "--json", "--class", "255")).isZero();
        assertThat(out.toString()).contains("\"unit\" : \"voxels\"", "\"circumference\" : 22");
    }

    @Test
    void aMaskThatCannotBeMeasuredEndsWithOneAndTheRestIsMeasured() throws IOException {
        Files.writeString(folder.resolve("broken.png"), "no picture");
        assertThat(septum("measure", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("head.png");
        assertThat(err.toString()).contains("broken.png");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--reference a", "--reference a --prediction b --model c --dataset d", "--model c",
            "--reference a --prediction b --fold 1", "--model c --dataset d --tolerance 2", "" })
    void evaluateWantsMasksOrAModel(String words) {
        String[] given = ("evaluate " + words).strip().split(" ");
        assertThat(septum(given)).isEqualTo(2);
        assertThat(err.toString()).startsWith("septum: ");
    }

    @Test
    void evaluateTakesSeveralModels() {
        assertThat(septum("evaluate", "--model", "c", "--model", "d", "--dataset", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("has no folder imagesTr or images");
    }
}
