package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.compress.CompensationRanking.Reader;

@Tag("engine")
class CompensationRankingTest {

    private static CompensationRanking of(CapFixture f) {
        return CompensationRanking.of(8, List.of(new Reader(f.map, f.statistics, 0, f.matrix.width())));
    }

    @ParameterizedTest
    @ValueSource(strings = { "cap_compensation_1x1", "cap_compensation_3x3" })
    void orderAndResidualsAreThoseOfTheReference(String name) {
        CapFixture f = CapFixture.of(name);
        double[] expected = CapFixture.numbers(f.json.get("residual_after_each_rank_step"));
        CompensationRanking ranking = of(f);

        assertThat(ranking.order()).containsExactlyElementsOf(
                Arrays.stream(CapFixture.numbers(f.json.get("ranking_best_first"))).mapToObj(v -> (int) v).toList());
        for (int i = 0; i < expected.length; i++)
            assertThat(ranking.residuals().get(i) * expected[0]).isCloseTo(expected[i], within(1e-6 * expected[0]));
        assertThat(ranking.residuals()).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void theFirstChannelIsTheOneThatExplainsMostAlone() {
        for (String name : List.of("cap_compensation_1x1", "cap_compensation_3x3")) {
            CapFixture f = CapFixture.of(name);
            Compensation compensation = new Compensation(f.map, f.statistics);
            int best = IntStream.range(0, 8).boxed().min(Comparator.comparingDouble(c -> {
                int[] kept = f.matrix.features(new int[] { c });
                return compensation.error(compensation.keep(kept, 0), kept);
            })).orElseThrow();
            assertThat(of(f).order().get(0)).isEqualTo(best);
        }
    }

    @Test
    void aChannelThatIsScaledAndWhoseWeightsMakeUpForItKeepsItsRank() {
        CapFixture f = CapFixture.of("cap_compensation_3x3");
        double[][] weights = Arrays.stream(f.map.weights()).map(double[]::clone).toArray(double[][]::new);
        double[] rows = f.rows.clone();
        for (int i = 0; i < rows.length; i++) {
            double factor = i % 72 / 9 == 2 ? 1000 : i % 72 / 9 == 6 ? 1e-3 : 1;
            rows[i] *= factor;
            if (i < 72) {
                for (double[] w : weights)
                    w[i] /= factor;
            }
        }
        LinearMap map = f.map.with(weights, f.map.biases());
        CompensationRanking ranking = CompensationRanking.of(8,
                List.of(new Reader(map, CapFixture.statistics(72, rows), 0, 9)));
        assertThat(ranking.order()).isEqualTo(of(f).order());
    }

    @Test
    void channelsThatSayNothingNewComeLast() {
        double[] free = CapFixture.random(3, 600);
        double[] rows = new double[200 * 5];
        for (int i = 0; i < 200; i++) {
            System.arraycopy(free, 3 * i, rows, 5 * i + 2, 3);
            rows[5 * i] = 0.3;
            rows[5 * i + 1] = rows[5 * i + 3] - rows[5 * i + 4];
        }
        LinearMap map = new LinearMap(new double[][] { { 9, 0.1, 1, 2, 3 } }, new double[1], 1, true);
        CompensationRanking ranking = CompensationRanking.of(5,
                List.of(new Reader(map, CapFixture.statistics(5, rows), 0, 1)));

        // either of 1 and 3 says what is left when 4 is there
        assertThat(ranking.order()).startsWith(4);
        assertThat(ranking.order().subList(3, 5)).contains(0).containsAnyOf(1, 3);
        assertThat(ranking.residuals().get(3)).isCloseTo(0, within(1e-12));
        assertThat(ranking.residuals().get(5)).isEqualTo(ranking.residuals().get(3));
    }

    @Test
    void whatFollowsFromOtherGroupsIsNoReasonToKeepAChannel() {
        double[] rows = CapFixture.random(4, 400);
        for (int i = 0; i < 100; i++)
            rows[4 * i + 2] = rows[4 * i] + 0.01 * rows[4 * i + 2];
        // the group is the last two; the first of them, heavier, follows from another group
        LinearMap map = new LinearMap(new double[][] { { 1, 1, 5, 1 } }, new double[1], 1, true);
        FeatureStatistics statistics = CapFixture.statistics(4, rows);

        assertThat(CompensationRanking.of(2, List.of(new Reader(map, statistics, 2, 1))).order()).containsExactly(1, 0);
        assertThat(CompensationRanking.of(4, List.of(new Reader(map, statistics, 0, 1))).order()).startsWith(2);
    }

    @Test
    void everyReaderHasItsSayWhateverTheSizeOfItsOutputs() {
        FeatureStatistics statistics = CapFixture.statistics(3, CapFixture.random(6, 600));
        Reader first = new Reader(new LinearMap(new double[][] { { 3, 1, 0 } }, new double[1], 1, true), statistics, 0,
                1);
        Reader second = new Reader(new LinearMap(new double[][] { { 0, 100, 200 } }, new double[1], 1, true),
                statistics, 0, 1);
        CompensationRanking both = CompensationRanking.of(3, List.of(first, second));

        assertThat(both.order()).containsExactly(0, 2, 1);
        assertThat(both.residuals().get(0)).isCloseTo(2, within(1e-12));
        assertThat(CompensationRanking.of(3, List.of(second)).order()).containsExactly(2, 1, 0);
    }
}
