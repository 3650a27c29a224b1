package org.septum.compress;

import org.septum.bundle.Quantization.Range;

/** Which range a tensor gets, of the smallest and largest values that it takes in each of several tiles. */
enum RangeRule {

    /** All that was seen. */
    EXTREMES("smallest and largest value of all tiles") {
        @Override
        Range of(float[] lows, float[] highs) {
            Range range = new Range(lows[0], highs[0]);
            for (int i = 1; i < lows.length; i++)
                range = range.with(new Range(lows[i], highs[i]));
            return range;
        }
    },

    /** What is usual: single tiles may go beyond. */
    MEANS("mean over tiles of their smallest and largest values") {
        @Override
        Range of(float[] lows, float[] highs) {
            double low = 0;
            double high = 0;
            for (int i = 0; i < lows.length; i++) {
                low += lows[i];
                high += highs[i];
            }
            return new Range((float) (low / lows.length), (float) (high / highs.length));
        }
    },

    /** Finer steps for what is frequent; the largest values of every tile are cut off. */
    NARROW("two thirds of the mean over tiles of their smallest and largest values") {
        @Override
        Range of(float[] lows, float[] highs) {
            return MEANS.of(lows, highs).times(2 / 3f);
        }
    };

    private final String description;

    RangeRule(String description) {
        this.description = description;
    }

    /** For people. */
    String description() {
        return description;
    }

    /**
     * The range.
     *
     * @param lows
     *            smallest value in each tile, at least one
     * @param highs
     *            largest value in each tile
     */
    abstract Range of(float[] lows, float[] highs);
}
