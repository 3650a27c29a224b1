package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class DiceScoreTest {

    private static final Img<UnsignedByteType> EMPTY = Masks.volume(2, (x, y, z) -> false, 37, 52, 30);
    private static final Img<UnsignedByteType> BOX = Masks.volume(2, Masks.box(3, 5, 7, 12, 24, 11), 37, 52, 30);

    @Test
    void shiftedBoxesOverlapByTheirCommonPart() {
        // 10 x 20 x 5 voxels, shifted by (2, 5, 1): 8 x 15 x 4 in common
        Img<UnsignedByteType> shifted = Masks.volume(2, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        DiceScore score = DiceScore.of(BOX, shifted, 2);
        assertThat(score).isEqualTo(new DiceScore(1000, 1000, 480));
        assertThat(score.dice()).isEqualTo(0.48);
        assertThat(score.iou()).isCloseTo(480.0 / 1520, within(1e-15));
    }

    @Test
    void otherClassesDoNotCount() {
        Img<UnsignedByteType> other = Masks.volume(3, Masks.box(3, 5, 7, 12, 24, 11), 37, 52, 30);
        assertThat(DiceScore.of(BOX, other, 2)).isEqualTo(new DiceScore(1000, 0, 0));
    }

    @Test
    void anEllipsoidInsideABoxHasTheRatioOfTheirVolumes() {
        // half axes 15, 20, 10 voxels; a fine enough grid for 1 %
        Img<UnsignedByteType> ellipsoid = Masks.volume(1,
                (x, y, z) -> sq((x - 18) / 15.0) + sq((y - 26) / 20.0) + sq((z - 15) / 10.0) <= 1, 37, 52, 30);
        Img<UnsignedByteType> box = Masks.volume(1, Masks.box(3, 6, 5, 33, 46, 25), 37, 52, 30);
        double volume = 4 * Math.PI / 3 * 15 * 20 * 10;
        double boxVolume = 31 * 41 * 21;
        assertThat(DiceScore.of(box, ellipsoid, 1).dice()).isCloseTo(2 * volume / (volume + boxVolume), within(0.01));
    }

    @Test
    void anEmptyReferenceCannotBeScored() {
        assertThat(DiceScore.of(EMPTY, BOX, 2).dice()).isNaN();
        assertThat(DiceScore.of(EMPTY, BOX, 2).iou()).isNaN();
        assertThat(DiceScore.of(EMPTY, EMPTY, 2).dice()).isNaN();
    }

    @Test
    void anEmptyPredictionScoresZero() {
        assertThat(DiceScore.of(BOX, EMPTY, 2).dice()).isZero();
        assertThat(DiceScore.of(BOX, EMPTY, 2).iou()).isZero();
    }

    @Test
    void doesNotMindWhereAnIntervalStarts() {
        assertThat(DiceScore.of(Views.translate(BOX, 4, -3, 9), BOX, 2).dice()).isEqualTo(1);
    }

    @Test
    void readsMasksThatAreComputedOnTheFly() {
        RandomAccessibleInterval<UnsignedByteType> converted = Converters.convert(
                (RandomAccessibleInterval<UnsignedByteType>) BOX, (in, out) -> out.set(in.get() * 100),
                new UnsignedByteType());
        assertThat(DiceScore.of(converted, converted, 200)).isEqualTo(new DiceScore(1000, 1000, 1000));
    }

    @Test
    void refusesMasksOfDifferentShape() {
        assertThatThrownBy(() -> DiceScore.of(BOX, Masks.volume(1, (x, y, z) -> false, 37, 52, 31), 1))
                .isInstanceOf(SeptumException.class).hasMessageContaining("37×52×30").hasMessageContaining("37×52×31");
    }

    private static double sq(double v) {
        return v * v;
    }
}
