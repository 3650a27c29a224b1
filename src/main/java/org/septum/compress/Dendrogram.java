package org.septum.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Agglomerative clustering with complete linkage: first every item is a cluster, then again and again those two become
 * one whose farthest members are nearest to each other; of several such pairs that with the lowest indices.
 */
final class Dendrogram {

    private final double[][] distances;

    /** By step: the first members of the two clusters that became one, the lower first. */
    private final List<int[]> joined = new ArrayList<>();

    private final List<Double> heights = new ArrayList<>();

    /**
     * Clusters items.
     *
     * @param distances
     *            symmetric, at least 0
     */
    Dendrogram(double[][] distances) {
        this.distances = distances;
        double[][] linkage = Arrays.stream(distances).map(double[]::clone).toArray(double[][]::new);
        int n = linkage.length;
        boolean[] gone = new boolean[n];
        int[] nearest = new int[n];
        for (int i = 0; i < n; i++)
            nearest[i] = nearest(linkage[i], i, gone);
        for (int step = 1; step < n; step++) {
            int a = -1;
            for (int i = 0; i < n; i++) {
                if (!gone[i] && nearest[i] >= 0 && (a < 0 || linkage[i][nearest[i]] < linkage[a][nearest[a]]))
                    a = i;
            }
            int b = nearest[a];
            joined.add(new int[] { a, b });
            heights.add(linkage[a][b]);
            gone[b] = true;
            for (int i = 0; i < n; i++)
                linkage[a][i] = linkage[i][a] = Math.max(linkage[a][i], linkage[b][i]);
            for (int i = 0; i < n; i++) {
                if (!gone[i] && (i == a || nearest[i] == a || nearest[i] == b))
                    nearest[i] = nearest(linkage[i], i, gone);
            }
        }
    }

    /** The nearest cluster behind one; -1 if there is none. */
    private static int nearest(double[] linkage, int i, boolean[] gone) {
        int nearest = -1;
        for (int j = i + 1; j < linkage.length; j++) {
            if (!gone[j] && (nearest < 0 || linkage[j] < linkage[nearest]))
                nearest = j;
        }
        return nearest;
    }

    /** Distance of the farthest members of what was joined, step by step; never falls. */
    List<Double> heights() {
        return List.copyOf(heights);
    }

    /** How many steps join what is at most so far apart. */
    int stepsTo(double threshold) {
        return (int) heights.stream().filter(h -> h <= threshold).count();
    }

    /** The representatives if no item counts more than another. */
    int[] representatives(int steps) {
        return representatives(steps, new double[distances.length]);
    }

    /**
     * By item: the representative of its cluster after some steps, which is the member with the smallest sum of
     * distances to all members (medoid); of several, as in every pair, the one that counts most, then the lowest.
     *
     * @param importance
     *            by item how much it counts
     */
    int[] representatives(int steps, double[] importance) {
        int n = distances.length;
        int[] cluster = new int[n];
        for (int i = 0; i < n; i++)
            cluster[i] = i;
        for (int[] pair : joined.subList(0, steps)) {
            for (int i = 0; i < n; i++)
                cluster[i] = cluster[i] == pair[1] ? pair[0] : cluster[i];
        }
        double[] sums = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++)
                sums[i] += cluster[i] == cluster[j] ? distances[i][j] : 0;
        }
        int[] medoid = new int[n];
        Arrays.fill(medoid, -1);
        for (int i = 0; i < n; i++) {
            int m = medoid[cluster[i]];
            if (m < 0 || sums[i] < sums[m] || sums[i] == sums[m] && importance[i] > importance[m])
                medoid[cluster[i]] = i;
        }
        int[] representatives = new int[n];
        for (int i = 0; i < n; i++)
            representatives[i] = medoid[cluster[i]];
        return representatives;
    }
}
