package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import net.imglib2.img.Img;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class ScoreTableTest {

    private static final ClassLabel LIVER = new ClassLabel(1, "liver", 0);
    private static final ClassLabel TUMOUR = new ClassLabel(2, "tumour, \"any\"", 0);

    private static final ScoreTable TABLE = new ScoreTable(
            List.of(row("a", TUMOUR, 0.5, Double.POSITIVE_INFINITY), row("a", LIVER, 0.9, 2),
                    row("b", TUMOUR, Double.NaN, Double.NaN), row("b", LIVER, 0.7, 4), row("c", LIVER, 0.2, 9)),
            1.5);

    @Test
    void sumsUpWhatIsFiniteAndCountsTheRest() {
        Summary s = Summary.of(DoubleStream.of(4, Double.NaN, 1, Double.POSITIVE_INFINITY, 7, 2, Double.NaN));
        assertThat(s.n()).isEqualTo(4);
        assertThat(s.mean()).isEqualTo(3.5);
        assertThat(s.sd()).isCloseTo(Math.sqrt((0.25 + 6.25 + 12.25 + 2.25) / 3), within(1e-15));
        assertThat(s.median()).isEqualTo(3);
        assertThat(s.missing()).isEqualTo(2);
        assertThat(s.infinite()).isEqualTo(1);
    }

    @Test
    void oneNumberHasNoSpreadAndNoneHasNoMean() {
        assertThat(Summary.of(DoubleStream.of(3)).sd()).isNaN();
        assertThat(Summary.of(DoubleStream.of(3)).median()).isEqualTo(3);
        assertThat(Summary.of(DoubleStream.of(Double.NaN)).mean()).isNaN();
    }

    @Test
    void sumsUpByClass() {
        assertThat(TABLE.labels()).containsExactly(LIVER, TUMOUR);
        assertThat(TABLE.cases()).isEqualTo(3);
        assertThat(TABLE.summary(LIVER, Metric.DICE).mean()).isCloseTo(0.6, within(1e-15));
        assertThat(TABLE.summary(LIVER, Metric.HD95).median()).isEqualTo(4);
        Summary distance = TABLE.summary(TUMOUR, Metric.HD95);
        assertThat(distance.n()).isZero();
        assertThat(distance.missing()).isEqualTo(1);
        assertThat(distance.infinite()).isEqualTo(1);
    }

    @Test
    void theMacroMeanWeighsClassesNotCases() {
        assertThat(TABLE.meanDice()).isCloseTo((0.6 + 0.5) / 2, within(1e-15));
        assertThat(TABLE.diceOfCases().mean()).isCloseTo((0.7 + 0.7 + 0.2) / 3, within(1e-15));
    }

    @Test
    void writesCsvWithNamesForWhatIsNotFinite() {
        assertThat(TABLE.toCsv().lines()).hasSize(6)
                .startsWith("case,label,class,dice,iou,hd95,nsd,assd,reference_ml,prediction_ml,unit",
                        "a,2,\"tumour, \"\"any\"\"\",0.5,0.25,Infinity,0.75,1.0,3.0,4.0,mm")
                .contains("b,2,\"tumour, \"\"any\"\"\",NaN,0.25,NaN,0.75,1.0,3.0,4.0,mm");
        assertThat(TABLE.summaryCsv().lines()).hasSize(1 + 2 * Metric.values().length)
                .anyMatch(line -> line.startsWith("1,liver,hd95,3,5.0," + Math.sqrt(13) + ",4.0,0,0,"));
    }

    @Test
    void readsTheCsvItWrote() {
        assertThat(ScoreTable.ofCsv(TABLE.toCsv(), 1.5, "scores.csv")).isEqualTo(TABLE);
        assertThat(TABLE.diceByCase()).containsExactly(Map.entry("a", 0.7), Map.entry("b", 0.7), Map.entry("c", 0.2));
        assertThatThrownBy(() -> ScoreTable.ofCsv("a,b\n1,2\n", 1, "my.csv")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("my.csv is no table of scores");
        assertThatThrownBy(() -> ScoreTable.ofCsv(TABLE.toCsv().replace("0.9", "high"), 1, "my.csv"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("damaged line: a,1,liver,high");
    }

    @Test
    void writesJsonWithNullForWhatCannotBeMeasured() throws JsonProcessingException {
        JsonNode json = new ObjectMapper().readTree(TABLE.toJson(List.of("d: no prediction")));
        assertThat(json.get("tolerance").asDouble()).isEqualTo(1.5);
        assertThat(json.get("distance_unit").asText()).isEqualTo("mm");
        assertThat(json.get("mean_dice").asDouble()).isCloseTo(0.55, within(1e-15));
        assertThat(json.get("scores").get(0).get("hd95").asText()).isEqualTo("Infinity");
        assertThat(json.get("scores").get(2).get("dice").isNull()).isTrue();
        assertThat(json.get("classes").get(0).get("dice").get("n").asInt()).isEqualTo(3);
        assertThat(json.get("classes").get(1).get("hd95").get("infinite").asInt()).isEqualTo(1);
        assertThat(json.get("problems").get(0).asText()).isEqualTo("d: no prediction");
    }

    @Test
    void anEmptyTableIsValidJson() throws JsonProcessingException {
        JsonNode json = new ObjectMapper().readTree(new ScoreTable(List.of(), 1).toJson(List.of()));
        assertThat(json.get("mean_dice").isNull()).isTrue();
    }

    @Test
    void scoresACaseInMillimetresAndMillilitres() {
        CaseScores scores = scores(ScanGeometry.ofSpacing(0.7, 0.9, 2.5));
        assertThat(scores.dice()).isCloseTo(2 * 1000.0 / 2200, within(1e-15));
        assertThat(scores.hd95()).isCloseTo(0.7, within(1e-12));
        assertThat(scores.nsd()).isEqualTo(1);
        assertThat(scores.referenceMl()).isCloseTo(1000 * 0.7 * 0.9 * 2.5 / 1000, within(1e-12));
        assertThat(scores.predictionMl()).isCloseTo(1200 * 0.7 * 0.9 * 2.5 / 1000, within(1e-12));
        assertThat(scores.unit()).isEqualTo(DistanceUnit.MILLIMETRES);
    }

    @Test
    void anUnknownSpacingMakesEveryVoxelACube() {
        ScanGeometry noDepth = new ScanGeometry(new Vector3(0.7, 0.9, Double.NaN), Vector3.ZERO,
                ScanGeometry.UNKNOWN.direction());
        CaseScores scores = scores(noDepth);
        assertThat(scores.hd95()).isEqualTo(1);
        assertThat(scores.unit()).isEqualTo(DistanceUnit.VOXELS);
        assertThat(scores.referenceMl()).isNaN();
        assertThat(DistanceUnit.of(noDepth, true)).isEqualTo(DistanceUnit.MILLIMETRES);
    }

    private static CaseScores scores(ScanGeometry geometry) {
        Img<UnsignedByteType> box = Masks.volume(1, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        Img<UnsignedByteType> wider = Masks.volume(1, Masks.box(4, 10, 8, 15, 29, 12), 37, 52, 30);
        ClassLabels labels = ClassLabels.of("background", "liver");
        return CaseScores.of("a", LIVER, new LabelMask(box, geometry, labels), new LabelMask(wider, geometry, labels),
                1);
    }

    private static CaseScores row(String name, ClassLabel label, double dice, double hd95) {
        return new CaseScores(name, label, dice, 0.25, hd95, 0.75, 1, 3, 4, DistanceUnit.MILLIMETRES);
    }
}
