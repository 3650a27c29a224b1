package org.septum.data;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.SeptumException;

/**
 * How the intensities of a channel become network input: y = (clip(x, lower, upper) - mean) / sd.
 *
 * @param kind
 *            where mean and sd come from
 * @param lower
 *            values below are raised to it; absent for no limit. Only for DATASET
 * @param upper
 *            values above are lowered to it; absent for no limit. Only for DATASET
 * @param mean
 *            subtracted. Only for DATASET
 * @param sd
 *            divided by. Only for DATASET
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IntensityNormalization(Kind kind, Double lower, Double upper, Double mean, Double sd) {

    /** Where mean and standard deviation come from. */
    public enum Kind {
        /** From each scan itself, over all its voxels. For MR, ultrasound and photographs. */
        SCAN,
        /** From the foreground of the whole training set. For CT, whose unit means the same everywhere. */
        DATASET
    }

    /** A standard deviation below this counts as a constant scan, which becomes all zeros. */
    private static final double SMALLEST_SD = 1e-8;

    /** One channel's mean and divisor, ready to apply. */
    public record Applied(double lower, double upper, double mean, double sd) {

        /** The normalised value. */
        public float apply(double x) {
            return (float) ((Math.min(Math.max(x, lower), upper) - mean) / sd);
        }
    }

    public IntensityNormalization {
        if (kind == Kind.DATASET && (mean == null || sd == null || !(sd > 0))) {
            throw SeptumException.input("normalisation by dataset with mean " + mean + " and sd " + sd
                    + "; both must be given and sd must be positive");
        }
    }

    /** Mean and standard deviation from each scan itself. */
    public static IntensityNormalization perScan() {
        return new IntensityNormalization(Kind.SCAN, null, null, null, null);
    }

    /** The same for the values of one channel of one scan, axes x, y, z. */
    public Applied of(RandomAccessibleInterval<FloatType> channel) {
        if (kind == Kind.DATASET) {
            return new Applied(lower == null ? Double.NEGATIVE_INFINITY : lower,
                    upper == null ? Double.POSITIVE_INFINITY : upper, mean, sd);
        }
        double n = 0;
        double m = 0;
        double s = 0;
        Cursor<FloatType> cursor = channel.cursor();
        while (cursor.hasNext()) {
            double x = cursor.next().get();
            n++;
            double delta = x - m;
            m += delta / n;
            s += delta * (x - m);
        }
        double deviation = Math.sqrt(s / n);
        return new Applied(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, m,
                deviation < SMALLEST_SD ? 1 : deviation);
    }

    /** One normalisation for each channel of a list, or a clear error if the numbers differ. */
    static void requireOneEach(List<IntensityNormalization> list, int channels) {
        if (list.size() != channels) {
            throw SeptumException.input("plan has " + list.size() + " normalisations for " + channels
                    + " channels; give one for each channel");
        }
    }
}
