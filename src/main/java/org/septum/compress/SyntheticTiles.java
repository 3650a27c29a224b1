package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.septum.data.Plan;

/**
 * Pictures of no scan that look like some: opaque ellipsoids of all sizes in front of each other (the dead leaves
 * model; Lee, Mumford and Huang, Occlusion Models for Natural Images, IJCV 41, 2001), more or less sharp, with more or
 * less noise. Intensities have mean 0 and standard deviation 1, as normalised scans have.
 */
final class SyntheticTiles {

    private static final int IMAGES = 48;

    private static final int VOLUMES = 16;

    private static final long SEED = 20010101;

    private static final int ELLIPSOIDS = 400;

    /** Mean radius of the smallest, in voxels. */
    private static final double SMALLEST = 2;

    /** Spread of the logarithm of each half axis. */
    private static final double ELONGATION = 0.4;

    /** How much the intensities of an ellipsoid differ between channels. */
    private static final double COLOUR = 0.3;

    private static final int MOST_BLURS = 3;

    private final int[] size = new int[3];

    private final int channels;

    private final Random random = new Random(SEED);

    private SyntheticTiles(Plan plan) {
        for (int d = 0; d < 3; d++)
            size[d] = plan.patch().get(d);
        channels = plan.network().inputs();
    }

    /** As many tiles of a plan as compensation needs. The same plan gives the same tiles. */
    static CalibrationTiles of(Plan plan) {
        SyntheticTiles synthetic = new SyntheticTiles(plan);
        List<float[]> tiles = new ArrayList<>();
        for (int i = 0; i < (plan.network().dims() == 2 ? IMAGES : VOLUMES); i++)
            tiles.add(synthetic.next());
        return new CalibrationTiles(plan, tiles);
    }

    private float[] next() {
        int voxels = size[0] * size[1] * size[2];
        float[][] painted = new float[channels][voxels];
        double largest = Math.max(size[0], Math.max(size[1], size[2])) / 2.0;
        for (int k = 0; k < ELLIPSOIDS; k++) {
            // from the largest to the smallest, their number falling with the cube of the radius
            double share = (k + 0.5) / ELLIPSOIDS;
            paint(painted, 1 / Math.sqrt((1 - share) / (largest * largest) + share / (SMALLEST * SMALLEST)));
        }
        int blurs = random.nextInt(MOST_BLURS);
        double noise = 0.02 + 0.1 * random.nextDouble();
        float[] tile = new float[channels * voxels];
        for (int c = 0; c < channels; c++) {
            for (int b = 0; b < blurs; b++)
                blur(painted[c]);
            normalise(painted[c], noise);
            System.arraycopy(painted[c], 0, tile, c * voxels, voxels);
        }
        return tile;
    }

    private void paint(float[][] painted, double radius) {
        double[] centre = new double[3];
        double[] half = new double[3];
        for (int d = 0; d < 3; d++) {
            centre[d] = random.nextDouble() * size[d];
            half[d] = radius * Math.exp(ELONGATION * random.nextGaussian());
        }
        double turn = random.nextDouble() * Math.PI;
        double grey = random.nextGaussian();
        float[] values = new float[painted.length];
        for (int c = 0; c < values.length; c++)
            values[c] = (float) (grey + (channels == 1 ? 0 : COLOUR * random.nextGaussian()));
        double inPlane = Math.max(half[0], half[1]);
        for (int z = first(centre[2], half[2]); z < end(centre[2], half[2], 2); z++) {
            double w = size[2] == 1 ? 0 : (z - centre[2]) / half[2];
            for (int y = first(centre[1], inPlane); y < end(centre[1], inPlane, 1); y++) {
                for (int x = first(centre[0], inPlane); x < end(centre[0], inPlane, 0); x++) {
                    double dx = x - centre[0];
                    double dy = y - centre[1];
                    double u = (Math.cos(turn) * dx + Math.sin(turn) * dy) / half[0];
                    double v = (Math.cos(turn) * dy - Math.sin(turn) * dx) / half[1];
                    for (int c = 0; c < values.length && u * u + v * v + w * w < 1; c++)
                        painted[c][(z * size[1] + y) * size[0] + x] = values[c];
                }
            }
        }
    }

    private static int first(double centre, double reach) {
        return (int) Math.max(0, centre - reach);
    }

    private int end(double centre, double reach, int axis) {
        return (int) Math.min(size[axis], centre + reach + 1);
    }

    /** With 1/4, 1/2, 1/4 along every axis. */
    private void blur(float[] values) {
        int step = 1;
        for (int d = 0; d < 3; step *= size[d++]) {
            float[] from = values.clone();
            for (int i = 0; i < values.length; i++) {
                int at = i / step % size[d];
                float before = from[at > 0 ? i - step : i];
                float after = from[at < size[d] - 1 ? i + step : i];
                values[i] = from[i] / 2 + (before + after) / 4;
            }
        }
    }

    /** Adds noise, then brings mean and standard deviation to 0 and 1. */
    private void normalise(float[] values, double noise) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (noise * random.nextGaussian());
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        double mean = sum / values.length;
        double sd = Math.sqrt(squares / values.length - mean * mean);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) ((values[i] - mean) / sd);
    }
}
