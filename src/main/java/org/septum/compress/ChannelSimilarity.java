package org.septum.compress;

import java.util.List;

/**
 * How far the channels of a group are from each other, from weights and normalisations alone.
 * <p>
 * <b>Why</b> this formula: Zhang et al. (Exploiting Channel Similarity for Accelerating Deep Convolutional Neural
 * Networks, 2019) cluster channels by a distance from a probabilistic model. Their formula was not at hand; this is a
 * reconstruction that fits what their abstract says, not the authors' own. The input channel c of a layer has variance
 * u_c, its positions are independent, E_i = gamma_i / sqrt(v_i + eps) · W_i. The expected squared distance of channels
 * i and j before the activation is
 *
 * <pre>
 * D²_ij = (beta_i - beta_j)² + sum over c, k of u_c (E_ick - E_jck)²
 * </pre>
 *
 * and the relative distance is its root over that of the mean power of both, P_i = beta_i² + sum of u_c E_ick²: 0 for
 * equal channels, about sqrt(2) for independent ones, at most 2. Of channels that several layers make, D² and P are
 * sums over these. ReLU brings nothing further apart, so D² is a bound behind it too.
 */
final class ChannelSimilarity {

    /** Distances below are those of the same channel, but for rounding. */
    private static final double SAME = 1e-7;

    /** What one layer makes of a channel. */
    interface Part {

        /** Number of channels. */
        int channels();

        /** Mean of a channel. */
        double mean(int i);

        /** Variance of a channel. */
        double variance(int i);

        /** Mean squared distance of two channels, but for their means. */
        double spread(int i, int j);

        /** Whether it is a feature, not a gate that scales one. */
        default boolean isFeature() {
            return true;
        }
    }

    /** A dense layer, perhaps with a normalisation. */
    static final class Dense implements Part {

        private final double[][] rows;

        private final double[] means;

        private final boolean isFeature;

        /**
         * Takes kernels and means.
         *
         * @param rows
         *            by channel sqrt(u_c) E_ick
         * @param means
         *            by channel beta
         * @param isFeature
         *            false for gates
         */
        Dense(double[][] rows, double[] means, boolean isFeature) {
            this.rows = rows;
            this.means = means;
            this.isFeature = isFeature;
        }

        @Override
        public boolean isFeature() {
            return isFeature;
        }

        @Override
        public int channels() {
            return means.length;
        }

        @Override
        public double mean(int i) {
            return means[i];
        }

        @Override
        public double variance(int i) {
            return squared(rows[i]);
        }

        @Override
        public double spread(int i, int j) {
            double sum = 0;
            for (int d = 0; d < rows[i].length; d++) {
                double difference = rows[i][d] - rows[j][d];
                sum += difference * difference;
            }
            return sum;
        }
    }

    /**
     * A filter for each channel behind another layer and its activation: both together are one kernel, the row of the
     * layer before, scaled to the standard deviation that the activation leaves, with each value of the filter.
     */
    static final class Depthwise implements Part {

        private final Part before;

        private final double[][] filters;

        private final double[] means;

        /**
         * Takes filters and means.
         *
         * @param before
         *            what is filtered
         * @param filters
         *            by channel, scaled by what normalises it and by the standard deviation of what it reads
         * @param means
         *            by channel beta
         */
        Depthwise(Part before, double[][] filters, double[] means) {
            this.before = before;
            this.filters = filters;
            this.means = means;
        }

        @Override
        public int channels() {
            return means.length;
        }

        @Override
        public double mean(int i) {
            return means[i];
        }

        @Override
        public double variance(int i) {
            return squared(filters[i]);
        }

        @Override
        public double spread(int i, int j) {
            double si = Math.sqrt(before.variance(i));
            double sj = Math.sqrt(before.variance(j));
            // 2 (1 - correlation), exactly 0 for equal rows
            double apart = si * sj == 0 ? 0 : (before.spread(i, j) - (si - sj) * (si - sj)) / (si * sj);
            double sum = 0;
            for (int k = 0; k < filters[i].length; k++) {
                double difference = filters[i][k] - filters[j][k];
                sum += difference * difference + apart * filters[i][k] * filters[j][k];
            }
            return Math.max(0, sum);
        }
    }

    private final List<Part> parts;

    ChannelSimilarity(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    static double squared(double[] values) {
        double sum = 0;
        for (double v : values)
            sum += v * v;
        return sum;
    }

    /** Number of channels. */
    int channels() {
        return parts.get(0).channels();
    }

    /** Expected squared distance before the activation. */
    double squaredDistance(int i, int j) {
        double sum = 0;
        for (Part p : parts)
            sum += Math.pow(p.mean(i) - p.mean(j), 2) + p.spread(i, j);
        return sum;
    }

    /** Expected square. */
    double power(int i) {
        double sum = 0;
        for (Part p : parts)
            sum += Math.pow(p.mean(i), 2) + p.variance(i);
        return sum;
    }

    /** Relative distance, 0 to 2; 0 for two channels that are 0 everywhere. */
    double distance(int i, int j) {
        double squared = squaredDistance(i, j);
        return squared == 0 ? 0 : Math.sqrt(squared / ((power(i) + power(j)) / 2));
    }

    /** All relative distances. */
    double[][] distances() {
        double[] powers = new double[channels()];
        for (int i = 0; i < powers.length; i++)
            powers[i] = power(i);
        double[][] all = new double[powers.length][powers.length];
        for (int i = 0; i < powers.length; i++) {
            for (int j = 0; j < i; j++) {
                double squared = squaredDistance(i, j);
                all[i][j] = squared == 0 ? 0 : Math.sqrt(squared / ((powers[i] + powers[j]) / 2));
                all[j][i] = all[i][j];
            }
        }
        return all;
    }

    /** The sum of what all layers make of a channel, before the activation. */
    Gaussian feature(int i) {
        double mean = 0;
        double variance = 0;
        for (Part p : parts) {
            mean += p.isFeature() ? p.mean(i) : 0;
            variance += p.isFeature() ? p.variance(i) : 0;
        }
        return new Gaussian(mean, Math.sqrt(variance));
    }

    /** Correlation of the sums of two channels before the activation; 0 if one is constant. */
    double correlation(int i, int j) {
        double si = feature(i).sd();
        double sj = feature(j).sd();
        double spread = parts.stream().filter(Part::isFeature).mapToDouble(p -> p.spread(i, j)).sum();
        return si * sj == 0 ? 0 : Math.max(-1, Math.min(1, (si * si + sj * sj - spread) / (2 * si * sj)));
    }

    /** Correlation of two channels behind a ReLU; exactly 1 for equal ones. */
    double rectifiedCorrelation(int i, int j) {
        if (distance(i, j) < SAME)
            return 1;
        Gaussian a = feature(i);
        Gaussian b = feature(j);
        double scale = Math.sqrt(a.rectifiedVariance() * b.rectifiedVariance());
        double covariance = a.rectifiedProduct(b, correlation(i, j)) - a.rectifiedMean() * b.rectifiedMean();
        return scale == 0 ? 0 : Math.max(-1, Math.min(1, covariance / scale));
    }
}
