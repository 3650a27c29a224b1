package org.septum.io;

import java.io.IOException;
import java.util.Arrays;

/** The contexts of a JPEG-LS scan, and how they predict and correct samples (ITU-T T.87, annex A). */
final class JpegLsModel {

    private static final int[] RUN_BITS = { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8,
            9, 10, 11, 12, 13, 14, 15 };
    /** The contexts behind the regular ones are for samples that end a run. */
    private static final int REGULAR = 365;

    private final JpegLsBits in;
    private final int near;
    private final int step;
    private final int greatest;
    private final int range;
    private final int rangeBits;
    private final int limit;
    private final int reset;
    private final int[] thresholds;
    private final int[] magnitude = new int[REGULAR + 2];
    private final int[] bias = new int[REGULAR + 2];
    private final int[] correction = new int[REGULAR];
    private final int[] count = new int[REGULAR + 2];
    private final int[] negative = new int[REGULAR + 2];

    /**
     * @param preset
     *            greatest value, three thresholds and the count that halves a context; 0 for the usual
     */
    JpegLsModel(JpegLsBits in, int precision, int near, int[] preset) throws IOException {
        this.in = in;
        this.near = near;
        step = 2 * near + 1;
        greatest = preset[0] > 0 ? preset[0] : (1 << precision) - 1;
        if (near > Math.min(255, greatest / 2) || greatest >= 1 << precision)
            throw new IOException("its JPEG-LS image has contradicting parameters");
        range = near == 0 ? greatest + 1 : (greatest + 2 * near) / step + 1;
        rangeBits = 32 - Integer.numberOfLeadingZeros(range - 1);
        int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(greatest));
        limit = 2 * (bits + Math.max(8, bits));
        reset = preset[4] > 0 ? preset[4] : 64;
        thresholds = thresholds(preset);
        Arrays.fill(magnitude, Math.max(2, (range + 32) / 64));
        Arrays.fill(count, 1);
    }

    /** C.2.4.1.1.1. */
    private int[] thresholds(int[] preset) {
        int[] usual = { 3, 7, 21 };
        int[] out = new int[3];
        int least = near + 1;
        for (int i = 0; i < 3; i++) {
            int offset = (3 + 2 * i) * near;
            int value;
            if (greatest >= 128) {
                int factor = (Math.min(greatest, 4095) + 128) / 256;
                value = factor * (usual[i] - 2 - i) + 2 + i + offset;
            } else {
                value = Math.max(2 + i, usual[i] / (256 / (greatest + 1)) + offset);
            }
            out[i] = preset[1 + i] > 0 ? preset[1 + i] : value > greatest || value < least ? least : value;
            least = out[i];
        }
        return out;
    }

    /**
     * Decodes one line, of one channel or of several sample by sample. Lines have a neighbour at either end, so that
     * sample x lies at x + 1.
     *
     * @param run
     *            index of the run length so far
     *
     * @return the index behind the line
     */
    int line(int[][] above, int[][] line, int run) throws IOException {
        int width = line[0].length - 2;
        int index = run;
        for (int x = 1; x <= width;) {
            if (!isFlat(above, line, x)) {
                for (int c = 0; c < line.length; c++)
                    line[c][x] = regular(line[c][x - 1], above[c][x], above[c][x - 1], above[c][x + 1]);
                x++;
                continue;
            }
            boolean ended = false;
            while (!ended && x <= width) {
                ended = in.bit() == 0;
                int length = ended ? in.bits(RUN_BITS[index]) : 1 << RUN_BITS[index];
                int n = Math.min(length, width - x + 1);
                for (int[] channel : line)
                    Arrays.fill(channel, x, x + n, channel[x - 1]);
                x += n;
                if (!ended && n == length && index < 31)
                    index++;
            }
            if (ended && x <= width) {
                for (int c = 0; c < line.length; c++)
                    line[c][x] = afterRun(line[c][x - 1], above[c][x], RUN_BITS[index], line.length > 1);
                x++;
                if (index > 0)
                    index--;
            }
        }
        return index;
    }

    private boolean isFlat(int[][] above, int[][] line, int x) {
        for (int c = 0; c < line.length; c++) {
            int b = above[c][x];
            int d = above[c][x - 1];
            if (Math.abs(above[c][x + 1] - b) > near || Math.abs(b - d) > near || Math.abs(d - line[c][x - 1]) > near)
                return false;
        }
        return true;
    }

    private int quantized(int gradient) {
        int size = Math.abs(gradient);
        int level = size <= near ? 0
                : size < thresholds[0] ? 1 : size < thresholds[1] ? 2 : size < thresholds[2] ? 3 : 4;
        return gradient < 0 ? -level : level;
    }

    private int regular(int left, int above, int diagonal, int right) throws IOException {
        int q = 81 * quantized(right - above) + 9 * quantized(above - diagonal) + quantized(diagonal - left);
        int sign = q < 0 ? -1 : 1;
        q = Math.abs(q);
        int predicted = diagonal >= Math.max(left, above) ? Math.min(left, above)
                : diagonal <= Math.min(left, above) ? Math.max(left, above) : left + above - diagonal;
        predicted = clamp(predicted + sign * correction[q]);
        int k = golombBits(magnitude[q], count[q]);
        int mapped = in.golomb(k, limit, rangeBits);
        boolean turned = near == 0 && k == 0 && 2 * bias[q] <= -count[q];
        int error = (mapped & 1) == 0 ? mapped / 2 : -(mapped + 1) / 2;
        if (turned)
            error = -error - 1;
        update(q, error);
        return restored(predicted, sign * error);
    }

    private static int golombBits(int magnitude, int count) {
        int k = 0;
        while (k < 24 && count << k < magnitude)
            k++;
        return k;
    }

    /** A.6. */
    private void update(int q, int error) {
        bias[q] += error * step;
        magnitude[q] += Math.abs(error);
        if (count[q] == reset) {
            magnitude[q] >>= 1;
            bias[q] >>= 1;
            count[q] >>= 1;
        }
        count[q]++;
        if (bias[q] <= -count[q]) {
            bias[q] = Math.max(bias[q] + count[q], 1 - count[q]);
            correction[q] = Math.max(-128, correction[q] - 1);
        } else if (bias[q] > 0) {
            bias[q] = Math.min(bias[q] - count[q], 0);
            correction[q] = Math.min(127, correction[q] + 1);
        }
    }

    /** A.7.2: the sample that ends a run. */
    private int afterRun(int left, int above, int runBits, boolean together) throws IOException {
        int type = !together && Math.abs(left - above) <= near ? 1 : 0;
        int sign = type == 0 && left > above ? -1 : 1;
        int q = REGULAR + type;
        int k = golombBits(type == 0 ? magnitude[q] : magnitude[q] + (count[q] >> 1), count[q]);
        int mapped = in.golomb(k, limit - runBits - 1, rangeBits);
        int twice = mapped + type;
        boolean odd = (twice & 1) == 1;
        int error = (twice + 1) / 2;
        if ((k != 0 || 2 * negative[q] >= count[q]) == odd)
            error = -error;
        if (error < 0)
            negative[q]++;
        magnitude[q] += mapped + 1 - type >> 1;
        if (count[q] == reset) {
            magnitude[q] >>= 1;
            count[q] >>= 1;
            negative[q] >>= 1;
        }
        count[q]++;
        return restored(type == 1 ? left : above, sign * error);
    }

    private int restored(int predicted, int error) {
        int value = predicted + error * step;
        if (value < -near)
            value += range * step;
        else if (value > greatest + near)
            value -= range * step;
        return clamp(value);
    }

    private int clamp(int value) {
        return Math.max(0, Math.min(greatest, value));
    }
}
