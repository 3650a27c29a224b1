package org.septum.compress;

import java.util.List;
import java.util.stream.IntStream;

import org.septum.compress.CompensationRanking.Reader;

/** What one reader of a group of channels still lacks while the channels are chosen one by one. */
final class ChannelSelection {

    private final int width;

    private final double scale;

    private final double start;

    /** Variances of the group's features before any was known. */
    private final double[] variances;

    /** Covariance of the group's features given all that is known. */
    private final double[][] left;

    /** W times that covariance, a row for each of the group's features. */
    private final double[][] effect;

    ChannelSelection(Reader reader, int channels) {
        width = reader.width();
        double[][] covariance = reader.statistics().covariance();
        double[][] weights = reader.map().weights();
        double[][] products = Products.times(weights, covariance);
        double total = 0;
        for (int o = 0; o < weights.length; o++)
            total += Products.dot(weights[o], products[o]);
        scale = total > 0 ? 1 / total : 0;
        int first = reader.first();
        int size = channels * width;
        int[] own = IntStream.range(first, first + size).toArray();
        int[] others = IntStream.range(0, covariance.length).filter(i -> i < first || i >= first + size).toArray();
        left = new double[size][];
        effect = new double[size][weights.length];
        variances = new double[size];
        for (int i = 0; i < size; i++) {
            left[i] = Products.pick(covariance[own[i]], own);
            variances[i] = left[i][i];
            for (int o = 0; o < weights.length; o++)
                effect[i][o] = products[o][own[i]];
        }
        if (others.length > 0)
            know(covariance, products, own, others);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            for (int o = 0; o < weights.length; o++)
                sum += effect[i][o] * weights[o][own[i]];
        }
        start = sum * scale;
    }

    /** Takes out what follows from the features of other groups. */
    private void know(double[][] covariance, double[][] products, int[] own, int[] others) {
        double[][] square = new double[others.length][];
        for (int i = 0; i < others.length; i++)
            square[i] = Products.pick(covariance[others[i]], others);
        CholeskyFactor factor = CholeskyFactor.of(square, 0);
        double[][] outputs = Products.pick(products, others);
        for (double[] row : outputs)
            factor.forward(row);
        double[][] known = new double[own.length][];
        for (int i = 0; i < own.length; i++) {
            known[i] = Products.pick(covariance[own[i]], others);
            factor.forward(known[i]);
            for (int j = 0; j <= i; j++) {
                left[i][j] -= Products.dot(known[i], known[j]);
                left[j][i] = left[i][j];
            }
            for (int o = 0; o < outputs.length; o++)
                effect[i][o] -= Products.dot(outputs[o], known[i]);
        }
    }

    /** What is lacking before the first is chosen. */
    double start() {
        return start;
    }

    /** How much less would be lacking with a channel more. */
    double gain(int channel) {
        double gain = 0;
        for (double[] y : outputs(channel, factor(channel))) {
            if (y != null)
                gain += Products.dot(y, y);
        }
        return gain * scale;
    }

    /** Lower factor of the covariance of a channel's features; 0 on the diagonal for those that add nothing. */
    private double[][] factor(int channel) {
        int at = channel * width;
        double[][] rows = new double[width][];
        for (int i = 0; i < width; i++) {
            double[] row = new double[i + 1];
            for (int j = 0; j < i; j++) {
                if (rows[j][j] != 0)
                    row[j] = (left[at + i][at + j] - Products.dot(row, rows[j], j)) / rows[j][j];
            }
            double pivot = left[at + i][at + i] - Products.dot(row, row, i);
            row[i] = pivot > CholeskyFactor.TOLERANCE * variances[at + i] ? Math.sqrt(pivot) : 0;
            rows[i] = row;
        }
        return rows;
    }

    /** What each of a channel's features, made independent of those before it, does to the outputs. */
    private double[][] outputs(int channel, double[][] factor) {
        return independent(factor, effect, channel * width);
    }

    /** Rows of a matrix that belong to a channel, made independent; null for features that add nothing. */
    private static double[][] independent(double[][] factor, double[][] rows, int at) {
        double[][] result = new double[factor.length][];
        for (int i = 0; i < factor.length; i++) {
            double pivot = factor[i][i];
            if (pivot == 0)
                continue;
            double[] row = rows[at + i].clone();
            for (int j = 0; j < i; j++) {
                if (result[j] != null)
                    Products.add(row, -factor[i][j], result[j], row.length);
            }
            for (int k = 0; k < row.length; k++)
                row[k] /= pivot;
            result[i] = row;
        }
        return result;
    }

    /**
     * Chooses a channel.
     *
     * @param open
     *            channels that may still be chosen
     */
    void choose(int channel, List<Integer> open) {
        double[][] factor = factor(channel);
        double[][] outputs = outputs(channel, factor);
        double[][] features = independent(factor, left, channel * width);
        int last = open.stream().mapToInt(c -> c).max().orElse(-1) * width + width;
        for (int other : open) {
            for (int i = other * width; i < other * width + width; i++) {
                for (int k = 0; k < width; k++) {
                    if (features[k] != null) {
                        double share = -features[k][i];
                        Products.add(left[i], share, features[k], last);
                        Products.add(effect[i], share, outputs[k], effect[i].length);
                    }
                }
            }
        }
    }
}
