package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;

class AirSearchTest {

    private static final Plan PLAN = Samples.plan(2, 1, List.of(16, 16, 1), Samples.training(0, Samples.OFF));

    @TempDir
    private Path folder;

    private static Darkness found(float near, float darkest, float... tiles) {
        List<Float> list = new ArrayList<>();
        List<Boolean> foreground = new ArrayList<>();
        for (float tile : tiles) {
            list.add(tile);
            foreground.add(tile >= near);
        }
        return new Darkness(near, darkest, list, foreground);
    }

    private static Plan decide(Darkness... cases) {
        return AirSearch.decide(PLAN, List.of(cases));
    }

    /** Near foreground -1 at the least, darkest -3 at the most: half way is -2. One tile of four is below. */
    @Test
    void airIsHalfWayBelowTheDarkestForeground() {
        Plan plan = decide(found(1, -4, -2, 3), found(-1, -3, -2.5f, -1));
        assertThat(plan.air()).isEqualTo(new AirRule(-2));
        assertThat(plan.reasons().get("air")).contains("-2.00 sd", "25 %", "none with foreground", "-1.00", "50 %",
                "(-3.00)");
    }

    @Test
    void thereIsNoRuleWithoutAGapForegroundOrAir() {
        Plan dark = decide(found(-2, -2.05f, -3), found(0, -2.5f, -3));
        assertThat(dark.air()).isNull();
        assertThat(dark.reasons().get("air")).contains("as dark as the background", "-2.00 against -2.05");
        Plan empty = decide(found(Float.POSITIVE_INFINITY, -3, -3));
        assertThat(empty.air()).isNull();
        assertThat(empty.reasons().get("air")).contains("no foreground");
        Plan cropped = decide(found(0, -3, -1, 2));
        assertThat(cropped.air()).isNull();
        assertThat(cropped.reasons().get("air")).contains("no tile of the training set shows air only");
        Plan lost = decide(new Darkness(0, -3, List.of(-2f, -2f), List.of(false, true)));
        assertThat(lost.air()).isNull();
        assertThat(lost.reasons().get("air")).contains("1 tiles with foreground");
    }

    private void write(int shift, double air) {
        ScanGeometry geometry = ScanGeometry.ofSpacing(1, 1, 1);
        List<Long> size = List.of(64L, 20L, 2L);
        NiftiScanWriter.write(Samples.scan("s" + shift, geometry, size, (x, y, z) -> x < 40 + shift ? air : 2),
                folder.resolve("images/s" + shift + ".nii"), false);
        new NiftiMaskWriter().write(
                Samples.mask(geometry, size, Samples.LABELS, (x, y, z) -> x >= 40 + shift && y > 3 ? 1 : 0),
                folder.resolve("labels/s" + shift + ".nii"), false);
    }

    /** Bright columns at the right; tiles of 16 start at 0, 8 … 48 along x: those up to 24 are air in both cases. */
    @Test
    void casesAreReadAndNormalisedAsThePlanSays() {
        write(0, -6);
        write(5, -4);
        Plan plan = AirSearch.complete(PLAN, CaseIndex.of(folder), Progress.SILENT);
        assertThat(plan.air()).isEqualTo(new AirRule(2 - 0.5 * 6));
        assertThat(plan.reasons().get("air")).contains("57 %");
        assertThat(Plan.parse(plan.toJson(), "text")).isEqualTo(plan);
        assertThat(plan.withPatch(List.of(32, 16, 1)).air()).isEqualTo(plan.air());
        Plan other = plan.fitted("other", Samples.LABELS);
        assertThat(other.air()).isNull();
        assertThat(other.reasons()).doesNotContainKey("air");
    }

    @Test
    void plansOfOldHaveNoRule() {
        assertThat(PLAN.toJson()).doesNotContain("\"air\"");
        assertThat(Plan.parse(PLAN.toJson(), "text").air()).isNull();
        String json = PLAN.withAir(new AirRule(-1.5), "test").toJson();
        assertThatThrownBy(() -> Plan.parse(json.replace("\"below\" : -1.5", "\"below\" : null"), "my.json"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("my.json");
        assertThatThrownBy(() -> Plan.parse(json.replace("\"below\" : -1.5", "\"below\" : \"NaN\""), "my.json"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("give a number");
    }

    @Test
    void tilesMustHoldTheSquaresThatTheRuleIsMadeOf() {
        AirRule rule = new AirRule(-1);
        assertThat(rule.fits(List.of(15, 16, 1), List.of(100L, 100L, 5L))).isTrue();
        assertThat(rule.fits(List.of(14, 16, 1), List.of(100L, 100L, 5L))).isFalse();
        assertThat(rule.fits(List.of(16, 8, 4), List.of(100L, 8L, 5L))).isTrue();
        assertThat(rule.isAir(Float.NaN)).isFalse();
        assertThat(rule.isAir(-1)).isFalse();
    }
}
