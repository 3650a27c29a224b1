package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

@Tag("engine")
class BenchModelTest {

    @TempDir
    private Path folder;

    @Test
    void countsTilesAndVoxelsOfOnePass() {
        Path model = Toys.model(folder.resolve("toy.zip"));
        BenchModel.Result result = BenchModel.run(new BenchModel.Request(model, List.of(), List.of(), "cpu"),
                Progress.SILENT);
        List<Integer> tile = result.tile();
        assertThat(result.shape().get(0)).isEqualTo(2 * tile.get(0));
        BenchModel.Pass pass = result.passes().get(0);
        assertThat(pass.precision()).isEqualTo("fp32");
        assertThat(pass.tiles()).as("two tiles along an axis, half overlapping, are three").isPositive()
                .satisfies(n -> assertThat(n % 9).isZero());
        assertThat(pass.tilesPerSecond()).isEqualTo(pass.tiles() / pass.seconds());
        assertThat(pass.peakMegabytes()).isPositive();
    }

    @Test
    void namesThePrecisionsThatAModelHas() {
        Path model = Toys.model(folder.resolve("toy.zip"));
        assertThatThrownBy(
                () -> BenchModel.run(new BenchModel.Request(model, List.of(), List.of("fp64"), "cpu"), Progress.SILENT))
                        .isInstanceOf(SeptumException.class)
                        .hasMessageContaining("precision fp64; this model has fp32");
        assertThatThrownBy(() -> new BenchModel.Request(model, List.of(1, 2), List.of(), "cpu"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("three sizes");
    }
}
