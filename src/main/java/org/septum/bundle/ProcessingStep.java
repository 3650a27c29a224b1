package org.septum.bundle;

import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;

/**
 * One step of bioimage.io's pre- or post-processing: done to a scan before the network sees it, or put into the graph
 * behind the network.
 */
sealed interface ProcessingStep {

    /**
     * Which values a statistic is taken of together.
     *
     * @param channels
     *            whether over all channels, or for each by itself
     * @param slices
     *            whether over all slices, or for each by itself
     */
    record Extent(boolean channels, boolean slices) {

        static final Extent ALL = new Extent(true, true);
    }

    /** The change that this step makes to the values of a scan, as far as the steps before it have changed them. */
    ValueChange.BySlice on(ScanValues values);

    /** Whether slices may be changed differently. */
    default boolean differsBySlice() {
        return false;
    }

    /**
     * Puts the step into a graph.
     *
     * @param nodes
     *            of the graph
     * @param tensor
     *            (N, channels, S)
     *
     * @return the new tensor; empty for a step that cannot be done tile by tile, as it needs the whole result
     */
    default Optional<String> after(OnnxNodes nodes, String tensor) {
        return Optional.empty();
    }

    /** y = 1 where x is above a threshold, else 0; one threshold, or one for each channel. */
    record Binarize(List<Double> thresholds) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return (c, z) -> x -> x > pick(thresholds, c) ? 1 : 0;
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            return Optional.of(nodes.toFloat(nodes.add("Greater", List.of(tensor, nodes.perChannel(thresholds)))));
        }
    }

    /** y = x, at least {@code min} and at most {@code max}. */
    record Clip(double min, double max) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return (c, z) -> x -> (float) Math.min(Math.max(x, min), max);
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            String raised = Double.isInfinite(min) ? tensor
                    : nodes.add("Max", List.of(tensor, nodes.perChannel(List.of(min))));
            return Optional.of(Double.isInfinite(max) ? raised
                    : nodes.add("Min", List.of(raised, nodes.perChannel(List.of(max)))));
        }
    }

    /** Values as a type holds them: whole numbers are cut towards 0. */
    record EnsureType(NumberType type) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return (c, z) -> type::rounded;
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            return Optional.of(nodes.toFloat(nodes.cast(tensor, type.onnx())));
        }
    }

    /** y = gain · x + offset; one of each, or one for each channel. */
    record Linear(List<Double> gain, List<Double> offset) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return (c, z) -> x -> (float) (pick(gain, c) * x + pick(offset, c));
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            return Optional.of(nodes.add("Add",
                    List.of(nodes.add("Mul", List.of(tensor, nodes.perChannel(gain))), nodes.perChannel(offset))));
        }
    }

    /** y = 1 / (1 + exp(-x)). */
    record Sigmoid() implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return (c, z) -> x -> (float) (1 / (1 + Math.exp(-x)));
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            return Optional.of(nodes.add("Sigmoid", List.of(tensor)));
        }
    }

    /** exp(x) / sum of exp(x) over the channels. */
    record Softmax() implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            throw SeptumException.input("pre-processing \"softmax\"; allowed: after the network only");
        }

        @Override
        public Optional<String> after(OnnxNodes nodes, String tensor) {
            return Optional.of(nodes.softmaxOverChannels(tensor));
        }
    }

    /** y = (x - mean) / (standard deviation + eps). */
    record Standardize(Extent extent, double eps) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return values.each(extent, group -> {
                double mean = group.mean();
                double sd = group.deviation(mean) + eps;
                return x -> (float) ((x - mean) / sd);
            });
        }

        @Override
        public boolean differsBySlice() {
            return true;
        }
    }

    /** y = (x - low) / (high - low + eps), low and high percentiles from 0 to 100. */
    record ScaleRange(Extent extent, double low, double high, double eps) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return values.each(extent, group -> {
                List<Double> limits = group.percentiles(List.of(low, high), true);
                double from = limits.get(0);
                double width = limits.get(1) - from + eps;
                return x -> (float) ((x - from) / width);
            });
        }

        @Override
        public boolean differsBySlice() {
            return true;
        }
    }

    /** y = x between percentiles: the smallest value that at least so many per cent do not exceed. */
    record ClipRange(Extent extent, double low, double high) implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            return values.each(extent, group -> {
                List<Double> limits = group.percentiles(List.of(low, high), false);
                return x -> (float) Math.min(Math.max(x, limits.get(0)), limits.get(1));
            });
        }

        @Override
        public boolean differsBySlice() {
            return true;
        }
    }

    /** Brings a result back to the mean and deviation of another tensor: for pictures, not for classes. */
    record ScaleMeanVariance() implements ProcessingStep {

        @Override
        public ValueChange.BySlice on(ScanValues values) {
            throw SeptumException.input("pre-processing \"scale_mean_variance\"; allowed: after the network only");
        }
    }

    private static double pick(List<Double> values, int channel) {
        return values.get(values.size() == 1 ? 0 : channel);
    }
}
