package org.septum.metrics;

/**
 * The minimum over q of {@code (p - q * spacing)² + height(q)}: the lower envelope of parabolas, one a sample of a
 * line. P. Felzenszwalb and D. Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8 (2012),
 * 415-428.
 */
final class LowerEnvelope {

    private final double spacing;
    private final double[] apex;
    private final double[] height;
    private final double[] start;
    private int count;
    private int current;

    /** For lines of up to {@code samples} samples with the given distance. */
    LowerEnvelope(int samples, double spacing) {
        this.spacing = spacing;
        apex = new double[samples];
        height = new double[samples];
        start = new double[samples];
    }

    /** Starts a new line. */
    void clear() {
        count = 0;
        current = 0;
    }

    /** Adds the parabola of sample q; in ascending order of q. An infinite one adds nothing. */
    void add(int q, double heightOfQ) {
        if (heightOfQ == Double.POSITIVE_INFINITY) {
            return;
        }
        double position = q * spacing;
        double from = Double.NEGATIVE_INFINITY;
        while (count > 0) {
            from = crossing(count - 1, position, heightOfQ);
            if (from > start[count - 1]) {
                break;
            }
            count--;
            from = Double.NEGATIVE_INFINITY;
        }
        apex[count] = position;
        height[count] = heightOfQ;
        start[count] = from;
        count++;
    }

    /** Value of the envelope at sample q, once all are added; in ascending order of q. Infinite if none was added. */
    double valueAt(int q) {
        if (count == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double position = q * spacing;
        while (current + 1 < count && start[current + 1] < position)
            current++;
        double distance = position - apex[current];
        return distance * distance + height[current];
    }

    private double crossing(int earlier, double position, double heightHere) {
        double between = position - apex[earlier];
        return (heightHere - height[earlier]) / (2 * between) + (position + apex[earlier]) / 2;
    }
}
