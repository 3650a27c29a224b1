package org.septum.compress;

import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.septum.model.block.Convolution;
import org.septum.model.block.UpConvolution;

import ai.djl.ndarray.types.Shape;

/**
 * Places where a layer is looked at: what it reads there, padding included, and what it makes of it. One sample a
 * tensor, (1, channels, S) or (1, channels).
 */
final class KernelPlaces {

    private final KernelMatrix kernel;

    private final int[] input;

    private final int[] output;

    /** Kernel size, step and places of an up-convolution, by axis. */
    private final int[] taps;

    private final int[] step;

    private final int[] window;

    /** Row-major indices, of the output for convolutions and of the input for up-convolutions. */
    private final int[] places;

    /**
     * Chooses places, one at random in each of equal parts.
     *
     * @param count
     *            how many, or all if they are fewer
     * @param input
     *            shape of what is read
     * @param random
     *            chooses
     */
    KernelPlaces(KernelMatrix kernel, int count, Shape input, Random random) {
        this.kernel = kernel;
        int dims = input.dimension() - 2;
        List<Integer> ones = Collections.nCopies(dims, 1);
        boolean convolution = kernel.node().layer() instanceof Convolution;
        taps = sizes(convolution ? ((Convolution) kernel.node().layer()).kernel() : ones);
        step = sizes(convolution ? ((Convolution) kernel.node().layer()).stride() : ones);
        window = sizes(kernel.node().layer() instanceof UpConvolution u ? u.stride() : ones);
        this.input = new int[dims];
        this.output = new int[dims];
        int[] all = new int[dims];
        for (int d = 0; d < dims; d++) {
            this.input[d] = (int) input.get(2 + d);
            all[d] = (this.input[d] + step[d] - 1) / step[d];
            output[d] = all[d] * window[d];
        }
        this.places = chosen(size(all), count, random);
    }

    private static int[] sizes(List<Integer> sizes) {
        return sizes.stream().mapToInt(s -> s).toArray();
    }

    private static int size(int[] sizes) {
        int product = 1;
        for (int s : sizes)
            product *= s;
        return product;
    }

    private static int[] chosen(int all, int count, Random random) {
        int[] chosen = new int[Math.min(all, count)];
        for (int i = 0; i < chosen.length; i++) {
            int from = (int) ((long) i * all / chosen.length);
            int to = (int) ((i + 1L) * all / chosen.length);
            chosen[i] = from + random.nextInt(to - from);
        }
        return chosen;
    }

    int count() {
        return places.length;
    }

    /**
     * What is read, one row a place.
     *
     * @param values
     *            of the whole tensor
     * @param row
     *            entries of a row of the result; those behind the features stay 0
     */
    double[] features(float[] values, int row) {
        double[] rows = new double[places.length * row];
        int[] tap = new int[kernel.width()];
        int plane = size(input);
        int channels = values.length / plane;
        for (int p = 0; p < places.length; p++) {
            for (int t = 0; t < tap.length; t++)
                tap[t] = read(places[p], t);
            for (int c = 0; c < channels; c++) {
                for (int t = 0; t < tap.length; t++) {
                    if (tap[t] >= 0)
                        rows[p * row + c * tap.length + t] = values[c * plane + tap[t]];
                }
            }
        }
        return rows;
    }

    /** Index of the position that a tap reads at a place, or -1 in the padding. */
    private int read(int place, int tap) {
        int index = 0;
        int factor = 1;
        int p = place;
        int t = tap;
        for (int d = input.length - 1; d >= 0; d--) {
            int sizes = output[d] / window[d];
            int at = p % sizes * step[d] + t % taps[d] - taps[d] / 2;
            if (at < 0 || at >= input[d])
                return -1;
            index += at * factor;
            factor *= input[d];
            p /= sizes;
            t /= taps[d];
        }
        return index;
    }

    /** The channels that are read, at the middle tap only, one row a place. */
    double[] middles(float[] values) {
        int plane = size(input);
        int channels = values.length / plane;
        double[] rows = new double[places.length * channels];
        for (int p = 0; p < places.length; p++) {
            int at = read(places[p], kernel.width() / 2);
            for (int c = 0; c < channels; c++)
                rows[p * channels + c] = values[c * plane + at];
        }
        return rows;
    }

    /** What is made, one row of {@link KernelMatrix#outputs} a place. */
    float[] targets(float[] values) {
        int plane = size(output);
        int channels = values.length / plane;
        float[] rows = new float[places.length * channels * kernel.window()];
        int next = 0;
        for (int place : places) {
            int[] at = new int[kernel.window()];
            for (int w = 0; w < at.length; w++)
                at[w] = written(place, w);
            for (int c = 0; c < channels; c++) {
                for (int w : at)
                    rows[next++] = values[c * plane + w];
            }
        }
        return rows;
    }

    private int written(int place, int part) {
        int index = 0;
        int factor = 1;
        int p = place;
        int w = part;
        for (int d = output.length - 1; d >= 0; d--) {
            int sizes = output[d] / window[d];
            index += (p % sizes * window[d] + w % window[d]) * factor;
            factor *= output[d];
            p /= sizes;
            w /= window[d];
        }
        return index;
    }
}
