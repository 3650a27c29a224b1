package org.septum.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/** The values of a scan as steps of pre-processing change them, one after the other. Nothing is copied. */
final class ScanValues {

    /** Half of a float's bits: values are counted by the first half, then by the second. */
    private static final int HALF = 16;

    private final RandomAccessibleInterval<FloatType> pixels;

    private final boolean isSliced;

    private final List<ValueChange.BySlice> changes = new ArrayList<>();

    private boolean differsBySlice;

    /**
     * @param pixels
     *            axes x, y, z, channel
     * @param isSliced
     *            whether each slice is an image of its own, as for a 2D network: then no statistic spans slices
     */
    ScanValues(RandomAccessibleInterval<FloatType> pixels, boolean isSliced) {
        this.pixels = pixels;
        this.isSliced = isSliced;
    }

    /** Does one more step. */
    void apply(ProcessingStep step) {
        ValueChange.BySlice change = step.on(this);
        changes.add(change);
        differsBySlice |= step.differsBySlice();
    }

    /** The changed pixels, axes x, y, z, channel, computed as they are read. */
    RandomAccessibleInterval<FloatType> pixels() {
        if (changes.isEmpty())
            return pixels;
        List<RandomAccessibleInterval<FloatType>> channels = new ArrayList<>();
        for (int c = 0; c < pixels.dimension(3); c++) {
            RandomAccessibleInterval<FloatType> channel = Views.hyperSlice(pixels, 3, c);
            if (!differsBySlice || channel.dimension(2) == 1) {
                channels.add(changed(channel, c, 0));
                continue;
            }
            List<RandomAccessibleInterval<FloatType>> slices = new ArrayList<>();
            for (int z = 0; z < channel.dimension(2); z++)
                slices.add(changed(Views.hyperSlice(channel, 2, z), c, z));
            channels.add(Views.stack(slices));
        }
        return Views.stack(channels);
    }

    private RandomAccessibleInterval<FloatType> changed(RandomAccessibleInterval<FloatType> part, int channel,
            int slice) {
        ValueChange change = change(channel, slice);
        return Converters.convert(part, (in, out) -> out.set(change.of(in.get())), new FloatType());
    }

    private ValueChange change(int channel, int slice) {
        List<ValueChange> all = changes.stream().map(c -> c.at(channel, slice)).toList();
        return x -> {
            float y = x;
            for (ValueChange one : all)
                y = one.of(y);
            return y;
        };
    }

    /** A change that depends on statistics of the values that belong together; each is computed once. */
    ValueChange.BySlice each(ProcessingStep.Extent extent, Function<Group, ValueChange> change) {
        Map<List<Integer>, ValueChange> made = new HashMap<>();
        for (int c = 0; c < pixels.dimension(3); c++) {
            for (int z = 0; z < pixels.dimension(2); z++) {
                List<Integer> key = key(extent, c, z);
                if (!made.containsKey(key))
                    made.put(key, change.apply(new Group(key.get(0), key.get(1))));
            }
        }
        return (c, z) -> made.get(key(extent, c, z));
    }

    /** -1 for all. */
    private List<Integer> key(ProcessingStep.Extent extent, int channel, int slice) {
        return List.of(extent.channels() ? -1 : channel, extent.slices() && !isSliced ? -1 : slice);
    }

    /** Takes values one by one. */
    private interface Sink {

        void take(float x);
    }

    /** Values that belong together. */
    final class Group {

        private final int channel;

        private final int slice;

        private Group(int channel, int slice) {
            this.channel = channel;
            this.slice = slice;
        }

        private void forEach(Sink sink) {
            for (int c = Math.max(0, channel); c <= (channel < 0 ? pixels.dimension(3) - 1 : channel); c++) {
                for (int z = Math.max(0, slice); z <= (slice < 0 ? pixels.dimension(2) - 1 : slice); z++) {
                    ValueChange change = change(c, z);
                    Cursor<FloatType> cursor = Views.hyperSlice(Views.hyperSlice(pixels, 3, c), 2, z).cursor();
                    while (cursor.hasNext())
                        sink.take(change.of(cursor.next().get()));
                }
            }
        }

        double mean() {
            double[] sum = new double[2];
            forEach(x -> {
                sum[0] += x;
                sum[1]++;
            });
            return sum[0] / sum[1];
        }

        /** The root of the mean squared distance from the mean. */
        double deviation(double mean) {
            double[] sum = new double[2];
            forEach(x -> {
                sum[0] += (x - mean) * (x - mean);
                sum[1]++;
            });
            return Math.sqrt(sum[0] / sum[1]);
        }

        /**
         * Exact percentiles, in three passes however many values there are.
         *
         * @param wanted
         *            from 0 to 100
         * @param interpolated
         *            whether between the two nearest values (NumPy's "linear"), or the smallest value that at least so
         *            many per cent do not exceed ("inverted_cdf")
         */
        List<Double> percentiles(List<Double> wanted, boolean interpolated) {
            long[] first = new long[1 << HALF];
            forEach(x -> first[sortable(x) >>> HALF]++);
            long n = 0;
            for (long count : first)
                n += count;
            List<Double> result = new ArrayList<>();
            for (double p : wanted) {
                double at = interpolated ? p / 100 * (n - 1) : Math.max(0, Math.ceil(p / 100 * n) - 1);
                long low = (long) Math.floor(at);
                double share = at - low;
                double value = ranked(low, first);
                result.add(share == 0 ? value : value + share * (ranked(low + 1, first) - value));
            }
            return result;
        }

        /** The value with so many smaller ones. */
        private double ranked(long rank, long[] first) {
            int high = 0;
            long left = rank;
            while (left >= first[high])
                left -= first[high++];
            int bucket = high;
            long[] second = new long[1 << HALF];
            forEach(x -> {
                int bits = sortable(x);
                if (bits >>> HALF == bucket)
                    second[bits & 0xffff]++;
            });
            int low = 0;
            while (left >= second[low])
                left -= second[low++];
            int bits = bucket << HALF | low;
            return Float.intBitsToFloat(bits < 0 ? bits ^ Integer.MIN_VALUE : ~bits);
        }
    }

    /** Bits that, taken as an unsigned number, are in the order of the values. */
    private static int sortable(float x) {
        int bits = Float.floatToIntBits(x);
        return bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE;
    }
}
