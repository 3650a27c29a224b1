package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class DendrogramTest {

    /** Places on a line. */
    private static double[][] line(double... places) {
        double[][] distances = new double[places.length][places.length];
        for (int i = 0; i < places.length; i++) {
            for (int j = 0; j < places.length; j++)
                distances[i][j] = Math.abs(places[i] - places[j]);
        }
        return distances;
    }

    @Test
    void theFarthestMembersDecide() {
        // 0 and 1 first, then 5 and 7; 0..1 and 2.5 are 2.5 apart, all of the left and all of the right 7
        Dendrogram tree = new Dendrogram(line(0, 5, 1, 7, 2.5));

        assertThat(tree.heights()).isEqualTo(List.of(1.0, 2.0, 2.5, 7.0));
        assertThat(tree.stepsTo(2.4)).isEqualTo(2);
        assertThat(tree.stepsTo(2.5)).isEqualTo(3);
    }

    @Test
    void theMemberInTheMiddleStandsForItsCluster() {
        Dendrogram tree = new Dendrogram(line(0, 5, 1, 7, 2.5));

        assertThat(tree.representatives(0)).containsExactly(0, 1, 2, 3, 4);
        assertThat(tree.representatives(2)).containsExactly(0, 1, 0, 1, 4);
        assertThat(tree.representatives(3)).containsExactly(2, 1, 2, 1, 2);
        assertThat(tree.representatives(4)).containsExactly(4, 4, 4, 4, 4);
    }

    @Test
    void theOrderOfItemsDoesNotMatterButForTies() {
        double[] places = { 0.3, 9.1, 4.2, 4.9, 8.2, 1.7, 6.05 };
        double[] turned = new double[places.length];
        for (int i = 0; i < places.length; i++)
            turned[places.length - 1 - i] = places[i];

        Dendrogram tree = new Dendrogram(line(places));
        Dendrogram other = new Dendrogram(line(turned));

        assertThat(other.heights()).isEqualTo(tree.heights());
        assertThat(tree.heights()).isSorted();
    }

    @Test
    void oneItemHasNothingToJoin() {
        assertThat(new Dendrogram(new double[1][1]).heights()).isEmpty();
    }
}
