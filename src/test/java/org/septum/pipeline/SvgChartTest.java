package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class SvgChartTest {

    @Test
    void isWellFormedWhateverIsDrawn() throws Exception {
        List<Double> odd = List.of(0.5, Double.NaN, Double.POSITIVE_INFINITY, 0.25);
        for (List<Double> values : List.of(odd, List.<Double> of(), List.of(1.0), List.of(Double.NaN))) {
            List<SvgChart.Series> series = List.of(new SvgChart.Series("a < b & \"c\"", "#0072b2", values),
                    new SvgChart.Series("other", "#d55e00", List.of(0.0, 3.0)));
            parse(SvgChart.lines("loss", series));
            parse(SvgChart.boxes("Dice", series));
            assertThat(SvgChart.lines("loss", series) + SvgChart.boxes("Dice", series)).doesNotContain("NaN")
                    .doesNotContain("Infinity").doesNotContain("http");
        }
    }

    @Test
    void quantilesLieBetweenTheValues() {
        double[] sorted = { 1, 2, 4, 8 };
        assertThat(SvgChart.quantile(sorted, 0)).isEqualTo(1);
        assertThat(SvgChart.quantile(sorted, 0.5)).isEqualTo(3);
        assertThat(SvgChart.quantile(sorted, 1)).isEqualTo(8);
    }

    private static void parse(String svg) throws Exception {
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
