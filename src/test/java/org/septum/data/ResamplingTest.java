package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.ScanGeometry;

class ResamplingTest {

    private static final List<Long> SIZE = List.of(6L, 5L, 4L);

    private static RandomAccessibleInterval<FloatType> ramp() {
        return Views.hyperSlice(
                Samples.scan("r", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> 3 + x - 2.0 * y + 5.0 * z).pixels(), 3, 0);
    }

    /** Place of a new sample among the old ones; beyond the outermost samples the value stays. */
    private static double place(int i, long from, long to) {
        return Math.min(from - 1, Math.max(0, (i + 0.5) * from / to - 0.5));
    }

    @ParameterizedTest
    @CsvSource({ "12,5,3", "3,10,4", "7,9,11", "6,5,4", "1,1,1", "5,4,9" })
    void aLinearRampStaysALinearRamp(long nx, long ny, long nz) {
        RandomAccessibleInterval<FloatType> out = Resampling.linear(ramp(), List.of(nx, ny, nz));
        assertThat(out.dimensionsAsLongArray()).containsExactly(nx, ny, nz);
        for (int z = 0; z < nz; z++)
            for (int y = 0; y < ny; y++)
                for (int x = 0; x < nx; x++)
                    assertThat((double) out.getAt(x, y, z).get()).as("voxel %d %d %d", x, y, z)
                            .isCloseTo(3 + place(x, 6, nx) - 2 * place(y, 5, ny) + 5 * place(z, 4, nz), within(1e-5));
    }

    /**
     * The mean of a ramp over a width of w is the ramp in its middle; beyond the outermost samples, half a sample, the
     * ramp is level.
     */
    @ParameterizedTest
    @CsvSource({ "3,5", "2,1", "1,2", "4,3", "5,4", "13,9" })
    void aRampThatShrinksAsMeansStaysARamp(int nx, int ny) {
        RandomAccessibleInterval<FloatType> out = Resampling.smooth(ramp(), List.of((long) nx, (long) ny, 4L));
        assertThat(out.dimensionsAsLongArray()).containsExactly(nx, ny, 4);
        for (int z = 0; z < 4; z++)
            for (int y = 0; y < ny; y++)
                for (int x = 0; x < nx; x++)
                    assertThat((double) out.getAt(x, y, z).get()).as("voxel %d %d %d", x, y, z)
                            .isCloseTo(3 + mean(x, 6, nx) - 2 * mean(y, 5, ny) + 5 * z, within(1e-5));
    }

    /** Mean place of a new sample, by the integral of the ramp that is level at both ends. */
    private static double mean(int i, int from, int to) {
        if (to >= from)
            return place(i, from, to);
        double width = (double) from / to;
        return (integral(i * width - 0.5 + width, from) - integral(i * width - 0.5, from)) / width;
    }

    private static double integral(double x, int n) {
        double inside = Math.max(0, Math.min(n - 1, x));
        return inside * inside / 2 + Math.max(0, x - (n - 1)) * (n - 1);
    }

    @Test
    void finestStripesBecomeGreyAndNotStripes() {
        List<Long> size = List.of(64L, 48L, 1L);
        RandomAccessibleInterval<FloatType> stripes = Views.hyperSlice(
                Samples.scan("s", ScanGeometry.UNKNOWN, size, (x, y, z) -> 100 * ((x + y) % 2)).pixels(), 3, 0);
        for (FloatType v : Resampling.smooth(stripes, List.of(16L, 12L, 1L)))
            assertThat(v.get()).isCloseTo(50, within(2f));
        double sum = 0;
        for (FloatType v : Resampling.smooth(stripes, List.of(21L, 11L, 1L)))
            sum += v.get();
        assertThat(sum / 231).as("the mean stays").isCloseTo(50, within(0.5));
    }

    @Test
    void labelsTakeTheNearestVoxelAndInventNone() {
        RandomAccessibleInterval<UnsignedByteType> mask = Samples
                .mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, (x, y, z) -> x < 2 ? 0 : y < 3 ? 1 : 2).pixels();
        RandomAccessibleInterval<UnsignedByteType> out = Resampling.nearest(mask, List.of(18L, 10L, 2L));
        for (int z = 0; z < 2; z++)
            for (int y = 0; y < 10; y++)
                for (int x = 0; x < 18; x++)
                    assertThat(out.getAt(x, y, z).get()).as("voxel %d %d %d", x, y, z)
                            .isEqualTo(x < 6 ? 0 : y < 6 ? 1 : 2);
    }
}
