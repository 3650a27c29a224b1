package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.septum.bundle.Quantization.Range;
import org.septum.core.SeptumException;

class QuantizerTest {

    @Test
    void rangesFollowTheirRule() {
        float[] lows = { -1, -3, 0 };
        float[] highs = { 2, 4, 9 };

        assertThat(RangeRule.EXTREMES.of(lows, highs)).isEqualTo(new Range(-3, 9));
        assertThat(RangeRule.MEANS.of(lows, highs)).isEqualTo(new Range(-4 / 3f, 5));
        assertThat(RangeRule.NARROW.of(lows, highs).high()).isCloseTo(10 / 3f, within(1e-6f));
    }

    @Test
    void theChangeOfProbabilitiesCountsWhereEitherSeesForeground() {
        ProbabilityChange change = new ProbabilityChange(2);
        // voxels: background in both; foreground before only; background before, foreground after
        change.add(new float[] { 0.9f, 0.4f, 0.8f, 0.1f, 0.6f, 0.2f },
                new float[] { 0.7f, 0.6f, 0.3f, 0.3f, 0.4f, 0.7f });

        assertThat(change.mean()).isCloseTo((0.2 + 0.5) / 2, within(1e-6));
    }

    @Test
    void theChangeOfProbabilitiesCountsEverywhereWithoutForeground() {
        ProbabilityChange change = new ProbabilityChange(2);
        change.add(new float[] { 0.9f, 0.8f, 0.1f, 0.2f }, new float[] { 0.7f, 0.8f, 0.3f, 0.2f });

        assertThat(change.mean()).isCloseTo(0.1, within(1e-6));
        change.add(new float[] { 0.9f, 0.1f }, new float[] { Float.NaN, Float.NaN });
        assertThat(change.mean()).isInfinite();
    }

    @Test
    void aReceiptIsReadBack() {
        Receipt.Paired none = new Receipt.Paired(0, null, null, null, null, null, null, null);
        Receipt.Paired some = new Receipt.Paired(7, 0.91, 0.02, 0.905, 0.021, -0.005, -0.009, -0.001);
        Receipt.Change half = new Receipt.Change(1_000_000, 500_000);
        Receipt receipt = new Receipt(Receipt.VERSION, List.of("cap", "int8"), "flops=0.5", "Toys",
                "validation cases of fold 0 of 5",
                List.of(new Receipt.ClassScore("blob", some, some, "mm"),
                        new Receipt.ClassScore("rare", none, none, "mm")),
                new Receipt.Size(half, half, half), new Receipt.Change(0.4, 0.1), new Receipt.Effort(14, 20, 0, 0),
                Map.of("widths", "16 to 8"),
                new Receipt.Choices(32, RangeRule.MEANS.description(), 0.004, List.of("head")), "two threads");

        assertThat(Receipt.parse(receipt.toJson())).isEqualTo(receipt);
        assertThat(receipt.drop()).isCloseTo(0.005, within(1e-9));
        assertThat(receipt.size().macs().share()).isEqualTo(0.5);
        assertThatThrownBy(() -> Receipt.parse("{\"version\": \"x\"}")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("receipt.json");
    }

    @Test
    void aMethodThatIsNotThereIsNamedWithThoseThatAre() {
        assertThat(CompressionMethod.of("int8")).isEqualTo(CompressionMethod.INT8);
        assertThatThrownBy(() -> CompressionMethod.of("int4")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("\"int4\"").hasMessageContaining("int8");
    }
}
