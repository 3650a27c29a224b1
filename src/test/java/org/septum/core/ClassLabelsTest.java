package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;

class ClassLabelsTest {

    private static final ClassLabels LABELS = new ClassLabels(List.of(new ClassLabel(0, "background", 0),
            new ClassLabel(7, "rim", 0xff0000), new ClassLabel(200, "core", 0x12345678)));

    @Test
    void valuesAndChannelsAreTwoThings() {
        assertThat(LABELS.count()).isEqualTo(3);
        assertThat(LABELS.indexOf(200)).isEqualTo(2);
        assertThat(LABELS.indexOf(2)).isEqualTo(-1);
        assertThat(LABELS.withValue(7).orElseThrow().name()).isEqualTo("rim");
        assertThat(LABELS.withValue(1)).isEmpty();
        assertThat(LABELS.foreground()).extracting(ClassLabel::value).containsExactly(7, 200);
        assertThat(LABELS.classes().get(2).rgb()).as("no opacity").isEqualTo(0x345678);
    }

    @Test
    void namesAloneGetValuesInOrderAndColoursThatDiffer() {
        ClassLabels labels = ClassLabels.of("background", "a", "b", "c");
        assertThat(labels.classes()).extracting(ClassLabel::value).containsExactly(0, 1, 2, 3);
        assertThat(labels.classes()).extracting(ClassLabel::rgb).doesNotHaveDuplicates();
        assertThat(IntStream.range(1, 13).map(ClassLabels::colour)).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(ClassLabels.colour(13)).isEqualTo(ClassLabels.colour(1));
    }

    @Test
    void labelsThatCannotBeToldApartAreRefused() {
        assertThatThrownBy(() -> ClassLabels.of("background", "a", "a")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("\"a\" occurs twice");
        ClassLabel background = new ClassLabel(0, "background", 0);
        assertThatThrownBy(() -> new ClassLabels(List.of(background, new ClassLabel(0, "b", 0))))
                .hasMessageContaining("occurs twice");
        assertThatThrownBy(() -> new ClassLabels(List.of(background))).hasMessageContaining("at least one more class");
        assertThatThrownBy(() -> new ClassLabels(List.of(new ClassLabel(1, "a", 0), background)))
                .hasMessageContaining("first");
    }

    @Test
    void aLabelNeedsAByteAndAName() {
        for (int value : new int[] { -1, 256 })
            assertThatThrownBy(() -> new ClassLabel(value, "a", 0)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("between 0 and 255");
        assertThatThrownBy(() -> new ClassLabel(1, " ", 0)).hasMessageContaining("has no name");
    }

    @Test
    void aMaskCountsVoxelsAndMillilitres() {
        byte[] values = new byte[2 * 3 * 4];
        values[0] = 7;
        values[5] = 7;
        values[6] = (byte) 200;
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(values, 2, 3, 4), ScanGeometry.ofSpacing(5, 10, 20),
                LABELS);
        assertThat(mask.count(7)).isEqualTo(2);
        assertThat(mask.count(200)).as("a value above 127").isEqualTo(1);
        assertThat(mask.count(0)).isEqualTo(21);
        assertThat(mask.millilitres(7)).isEqualTo(2);
        assertThat(mask.shape()).isEqualTo("2×3×4");
        assertThat(new LabelMask(mask.pixels(), ScanGeometry.UNKNOWN, LABELS).millilitres(7)).isNaN();
        assertThatThrownBy(() -> new LabelMask(ArrayImgs.unsignedBytes(2, 3), ScanGeometry.UNKNOWN, LABELS))
                .hasMessageContaining("not 2 axes");
    }
}
