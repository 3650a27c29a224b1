package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CompressionMethod;
import org.septum.compress.Receipt;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

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
}
