package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

class PreparedCaseTest {

    private static final List<Long> SIZE = List.of(6L, 4L, 5L);

    private static Plan lps(ClassLabels labels, List<Double> spacing) {
        return new Plan(Plan.VERSION, "test", Modality.MR, List.of("grey"), labels,
                NetworkSpec.unet(3, 1, labels.count(), List.of(4), new NoAttention()), Plan.GridAxes.LPS, spacing,
                List.of(4, 4, 4), List.of(Samples.AS_IT_IS), Samples.training(0, Samples.OFF), null);
    }

    @Test
    void aScanIsTurnedResampledAndItsLabelsBecomeIndices() {
        // voxel x runs to the right, so the working x axis is reversed; y is twice as coarse as wanted
        ScanGeometry geometry = new ScanGeometry(new Vector3(1, 2, 3), Vector3.ZERO,
                new Direction(new Vector3(-1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1)));
        ClassLabels labels = new ClassLabels(
                List.of(new ClassLabel(0, "background", 0), new ClassLabel(9, "core", 1), new ClassLabel(4, "rim", 2)));
        Scan scan = Samples.scan("s", geometry, SIZE, (x, y, z) -> x + 10 * y + 100 * z);
        PreparedCase c = PreparedCase.of(scan, Samples.mask(geometry, SIZE, labels, (x, y, z) -> x == 0 ? 9 : 4),
                lps(labels, List.of(1.0, 1.0, 3.0)));
        assertThat(List.of(c.size(0), c.size(1), c.size(2))).containsExactly(6, 8, 5);
        assertThat(c.value(0, 0, 3, 2)).as("between rows 1 and 2 a quarter of the way").isCloseTo(5 + 12.5f + 200,
                within(1e-4f));
        assertThat(c.classAt(5, 3, 2)).isEqualTo(1);
        assertThat(c.classAt(4, 3, 2)).isEqualTo(2);
        assertThat(c.positionsOf(1)).hasSize(40).contains(5, 11).doesNotContain(4);
        assertThat(c.positionsOf(2)).hasSize(200);
        assertThat(c.positionsOf(0)).isEmpty();
        assertThat(c.value(0, -1, 0, 0)).isZero();
        assertThat(c.classAt(0, 8, 0)).isZero();
    }

    @Test
    void everySliceIsBroughtToThePlansSize() {
        List<Long> size = List.of(48L, 10L, 3L);
        Plan plan = Samples.plan(2, 1, List.of(8, 8, 1), Samples.training(0, Samples.OFF)).withSize(List.of(12, 20));
        Scan scan = Samples.scan("s", ScanGeometry.ofSpacing(0.7, 0.9, 2.5), size, (x, y, z) -> x + 10 * y + 1000 * z);
        PreparedCase c = PreparedCase.of(scan, Samples.mask(ScanGeometry.ofSpacing(0.7, 0.9, 2.5), size, Samples.LABELS,
                (x, y, z) -> x < 24 ? 0 : y < 5 ? 1 : 2), plan);
        assertThat(List.of(c.size(0), c.size(1), c.size(2))).containsExactly(12, 20, 3);
        for (int z = 0; z < 3; z++) {
            for (int y = 1; y < 19; y++) {
                for (int x = 1; x < 11; x++) {
                    assertThat(c.value(0, x, y, z)).as("voxel %d %d %d", x, y, z)
                            .isCloseTo((float) (4 * x + 1.5 + 10 * (y / 2.0 - 0.25) + 1000 * z), within(1e-3f));
                    assertThat(c.classAt(x, y, z)).isEqualTo(x < 6 ? 0 : y < 10 ? 1 : 2);
                }
            }
        }
    }

    @Test
    void aScanWithOtherChannelsThanThePlanIsRefused() {
        Scan colour = Samples.scan("photo", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x, (x, y, z) -> y, (x, y, z) -> z);
        assertThatThrownBy(
                () -> PreparedCase.of(colour, Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, (x, y, z) -> 0),
                        Samples.plan(3, 1, List.of(4, 4, 4), Samples.training(0, Samples.OFF))))
                                .isInstanceOf(SeptumException.class).hasMessageContaining("photo has 3 channels");
    }

    @Test
    void aLabelThatThePlanLacksIsRefused() {
        ClassLabels four = ClassLabels.of("background", "a", "b", "c");
        assertThatThrownBy(() -> PreparedCase.of(Samples.scan("s", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x),
                Samples.mask(ScanGeometry.UNKNOWN, SIZE, four, (x, y, z) -> x == 5 ? 3 : 0),
                Samples.plan(3, 1, List.of(4, 4, 4), Samples.training(0, Samples.OFF))))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("label 3");
    }

    @Test
    void moreThan127ClassesKeepTheirNumbers() {
        List<ClassLabel> many = new ArrayList<>();
        for (int v = 0; v < 200; v++)
            many.add(new ClassLabel(v, "c" + v, v));
        ClassLabels labels = new ClassLabels(many);
        PreparedCase c = PreparedCase.of(Samples.scan("s", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x),
                Samples.mask(ScanGeometry.UNKNOWN, SIZE, labels, (x, y, z) -> 194 + x),
                lps(labels, List.of(Double.NaN, Double.NaN, Double.NaN)));
        assertThat(c.classAt(5, 0, 0)).isEqualTo(199);
        assertThat(c.positionsOf(199)).hasSize(20).startsWith(5, 11);
    }

    @Test
    void positionsOfALargeClassAreBoundedAndSpreadEvenly() {
        List<Long> size = List.of(50L, 40L, 30L);
        PreparedCase c = PreparedCase.of(Samples.scan("s", ScanGeometry.UNKNOWN, size, (x, y, z) -> x),
                Samples.mask(ScanGeometry.UNKNOWN, size, Samples.LABELS, (x, y, z) -> x == 7 && y == 7 ? 2 : 1),
                Samples.plan(3, 1, List.of(4, 4, 4), Samples.training(0, Samples.OFF)));
        int[] positions = c.positionsOf(1);
        assertThat(positions).hasSize(PreparedCase.MOST_POSITIONS).isSorted().doesNotHaveDuplicates();
        for (int p : positions)
            assertThat(c.classAt(p % 50, p / 50 % 40, p / 2000)).isEqualTo(1);
        for (int k = 0; k < positions.length; k++)
            assertThat((double) positions[k]).isCloseTo(60_000.0 * (k + 0.5) / positions.length, within(70.0));
        assertThat(c.positionsOf(2)).as("a rare class is kept whole").hasSize(30);
        assertThat(c.presentClasses()).containsExactly(1, 2);
    }
}
