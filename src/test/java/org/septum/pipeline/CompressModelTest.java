package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CompressionMethod;
import org.septum.compress.Receipt;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;

@Tag("engine")
class CompressModelTest {

    @TempDir
    Path folder;

    @Test
    void makesAModelThatHoldsBothAndAReceiptOfWhatItCost() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 6);
        Path output = folder.resolve("faster");

        CompressModel.Result result = CompressModel.run(
                new CompressModel.Request(model, dataset, CompressionMethod.INT8, output, OptionalInt.of(0), false),
                Progress.SILENT);

        try (OpenBundle open = BundleReader.open(output)) {
            assertThat(open.int8()).isPresent();
            assertThat(Receipt.parse(open.bundle().attachments().get(Receipt.FILE))).isEqualTo(result.receipt());
            assertThat(open.bundle().members()).isEqualTo(BundleReader.read(model).members());
        }
        Receipt receipt = result.receipt();
        assertThat(receipt.classes()).hasSize(1);
        assertThat(receipt.classes().get(0).n()).isEqualTo(2);
        assertThat(receipt.classes().get(0).before()).isEqualTo(1);
        assertThat(receipt.classes().get(0).after()).isCloseTo(1, within(0.02));
        assertThat(receipt.split()).contains("fold 0 of 5", "trained");
        assertThat(receipt.seconds().after()).isPositive();
        assertThat(receipt.quantization().tiles()).isEqualTo(32);
    }

    @Test
    void refusesToReplaceTheModelItself() {
        Path model = folder.resolve("model");
        OptionalInt fold = OptionalInt.empty();

        assertThatThrownBy(() -> new CompressModel.Request(model, folder, CompressionMethod.INT8, model, fold, true))
                .isInstanceOf(SeptumException.class).hasMessageContaining("another place");
    }

    private static SegmentScans.Request segment(Path scan, Path model, Path output) {
        return SegmentScans.Request.of(List.of(scan), model, output)
                .withPass(SegmentPass.DEFAULT.withPrecision("int8"));
    }

    @Test
    void theIntegersSegmentAndAModelWithoutThemSaysHowToMakeThem() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path scan = dataset.resolve("imagesTr/case_0_0000.nii.gz");
        assertThatThrownBy(() -> SegmentScans.run(segment(scan, model, folder.resolve("none")), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("int8")
                .hasMessageContaining("septum compress");

        Path faster = folder.resolve("faster.zip");
        CompressModel.run(
                new CompressModel.Request(model, dataset, CompressionMethod.INT8, faster, OptionalInt.empty(), false),
                Progress.SILENT);
        SegmentScans.Result result = SegmentScans.run(segment(scan, faster, folder.resolve("masks")), Progress.SILENT);

        assertThat(result.failed()).isZero();
        LabelMask mask = ScanFiles.readMask(result.scans().get(0).files().get(0), Toys.LABELS);
        byte[] expected = Toys.values(Toys.mask(Toys.scan("case_0", 0)));
        byte[] values = Toys.values(mask);
        int other = 0;
        for (int i = 0; i < expected.length; i++)
            other += expected[i] == values[i] ? 0 : 1;
        assertThat(other).as("voxels of another class").isLessThan(expected.length / 500);
    }

    @Test
    void aPassNamesThePrecisionsThereAreAndKeepsIntegersOnTheCpu() {
        assertThatThrownBy(() -> SegmentPass.DEFAULT.withPrecision("int4")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("fp32, int8");
        assertThatThrownBy(() -> SegmentPass.DEFAULT.withDevice("gpu:0").withPrecision("int8"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("gpu:0");
        assertThat(SegmentPass.DEFAULT.withPrecision("int8").device()).isEqualTo("cpu");
        assertThat(SegmentPass.DEFAULT.precision()).isEqualTo("fp32");
    }
}
