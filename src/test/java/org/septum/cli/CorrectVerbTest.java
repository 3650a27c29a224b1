package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Scan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.pipeline.Toys;

@Tag("engine")
class CorrectVerbTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    @Test
    void aScanAndItsMaskAreKeptAndLearnt() {
        Path model = Toys.model(folder.resolve("toy"));
        Scan scan = Toys.scan("scan", 2);
        Path image = folder.resolve("scan.nii.gz");
        Path mask = folder.resolve("mask.nii.gz");
        NiftiScanWriter.write(scan, image, false);
        new NiftiMaskWriter().write(Toys.mask(scan), mask, false);
        String corrections = folder.resolve("corrections").toString();
        String learnt = folder.resolve("learnt").toString();
        assertThat(run("correct", image.toString(), mask.toString(), "-m", model.toString(), "-o", corrections,
                "--learn", learnt, "--epochs", "1", "--device", "cpu")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("kept as case scan", "Dice 1.000 (n=1) before", "none held out");
        assertThat(folder.resolve("learnt/rdf.yaml")).exists();
        assertThat(folder.resolve("corrections/corrections/scan.json")).content().contains("scan.nii.gz");
        assertThat(run("correct", image.toString(), mask.toString(), "-m", model.toString(), "-o", corrections))
                .isZero();
        assertThat(out.toString()).contains("there already as case scan");
        new NiftiMaskWriter().write(Toys.mask(Toys.scan("other", 4)), mask, true);
        assertThat(run("correct", image.toString(), mask.toString(), "-m", model.toString(), "-o", corrections))
                .isEqualTo(SeptumCli.FAILED);
        assertThat(err.toString()).contains("exists");
    }

    @Test
    void withoutAMaskOrAModelToWriteItSaysWhatIsMissing() {
        assertThat(run("correct", "-m", "m", "-o", "c")).isEqualTo(SeptumCli.WRONG_USAGE);
        assertThat(run("correct", "scan.nii", "-m", "m", "-o", "c")).isEqualTo(SeptumCli.WRONG_USAGE);
        assertThat(err.toString()).contains("--learn NEW");
    }
}
