package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.septum.core.ClassLabel;
import org.septum.core.Vector3;

/** Against numbers computed with MONAI. */
class MetricsFixtureTest {

    private static final double DIGITS = 1e-6;

    @TestFactory
    Stream<DynamicTest> agreesWithMonai() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode mask : fixture("metrics_masks").get("cases"))
            tests.add(DynamicTest.dynamicTest(mask.get("case").asText(), () -> check(mask)));
        assertThat(tests).hasSize(15);
        return tests.stream();
    }

    private static void check(JsonNode mask) {
        JsonNode expected = mask.get("expected");
        int axes = mask.get("shape").size();
        Img<UnsignedByteType> reference = image(mask.get("shape"), mask.get("ref").asText());
        Img<UnsignedByteType> prediction = image(mask.get("shape"), mask.get("pred").asText());
        JsonNode spacing = mask.get("spacing");
        Vector3 xyz = new Vector3(spacing.get(axes - 1).asDouble(), spacing.get(axes - 2).asDouble(),
                axes == 2 ? Double.NaN : spacing.get(0).asDouble());

        DiceScore overlap = DiceScore.of(reference, prediction, 1);
        same("dice", overlap.dice(), expected.get("dice"));
        same("iou", overlap.iou(), expected.get("iou"));
        SurfaceDistances surface = SurfaceDistances.of(reference, prediction, 1, xyz);
        same("prediction surface", surface.predictionSurfaceVoxels(), expected.get("edge_voxels_pred_ref").get(0));
        same("reference surface", surface.referenceSurfaceVoxels(), expected.get("edge_voxels_pred_ref").get(1));
        same("hd", surface.hd(), expected.get("hd"));
        same("hd95", surface.hd95(), expected.get("hd95_recommended"));
        same("assd", surface.assd(), expected.get("assd"));
        for (int i = 0; i < mask.get("tolerances").size(); i++)
            same("nsd", surface.nsd(mask.get("tolerances").get(i).asDouble()), expected.get("nsd").get(i));
    }

    @Test
    void meansOverClassesAndCasesLeaveOutWhatIsNotInTheReference() throws IOException {
        JsonNode tensors = fixture("metrics_multiclass_dice").get("tensors");
        JsonNode expected = tensors.get("dice_case_class").get("data");
        List<CaseScores> rows = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            Img<UnsignedByteType> reference = labels(tensors.get("ref_labels").get("data"), n);
            Img<UnsignedByteType> prediction = labels(tensors.get("pred_labels").get("data"), n);
            for (int c = 1; c <= 3; c++) {
                double dice = DiceScore.of(reference, prediction, c).dice();
                same("case " + n + " class " + c, dice, expected.get(3 * n + c - 1));
                rows.add(new CaseScores("case" + n, new ClassLabel(c, "class_" + c, 0), dice, dice, 1, 1, 1, 1, 1,
                        DistanceUnit.VOXELS));
            }
        }
        ScoreTable table = new ScoreTable(rows, 1);
        JsonNode perClass = tensors.get("mean_per_class_skipping_nan").get("data");
        same("class 1", table.summary(table.labels().get(0), Metric.DICE).mean(), perClass.get(0));
        same("class 2", table.summary(table.labels().get(1), Metric.DICE).mean(), perClass.get(1));
        assertThat(table.summary(table.labels().get(2), Metric.DICE).mean()).isNaN();
        same("over classes", table.meanDice(), tensors.get("overall_mean").get("data").get(0));
        same("over cases", table.diceOfCases().mean(), tensors.get("overall_mean").get("data").get(0));
    }

    private static void same(String what, double actual, JsonNode expected) {
        double value = expected.isTextual() ? Double.parseDouble(expected.asText()) : expected.asDouble();
        if (Double.isFinite(value)) {
            assertThat(actual).as(what).isCloseTo(value, within(DIGITS * Math.max(1, Math.abs(value))));
        } else {
            assertThat(actual).as(what).isEqualTo(Double.valueOf(value));
        }
    }

    private static Img<UnsignedByteType> image(JsonNode shape, String digits) {
        long[] size = new long[shape.size()];
        for (int d = 0; d < size.length; d++)
            size[d] = shape.get(size.length - 1 - d).asLong();
        byte[] values = new byte[digits.length()];
        for (int i = 0; i < values.length; i++)
            values[i] = (byte) (digits.charAt(i) - '0');
        return ArrayImgs.unsignedBytes(values, size);
    }

    private static Img<UnsignedByteType> labels(JsonNode data, int n) {
        byte[] values = new byte[36];
        for (int i = 0; i < 36; i++)
            values[i] = (byte) data.get(36 * n + i).asInt();
        return ArrayImgs.unsignedBytes(values, 6, 6);
    }

    private static JsonNode fixture(String name) throws IOException {
        try (InputStream in = MetricsFixtureTest.class.getResourceAsStream("/fixtures/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
