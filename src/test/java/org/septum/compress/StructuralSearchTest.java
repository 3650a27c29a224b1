package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.ToDoubleFunction;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.septum.compress.StructuralSearch.Found;
import org.septum.compress.StructuralSearch.Trial;

class StructuralSearchTest {

    @Test
    void everyTrialIsThatOfTheReference() {
        JsonNode json = CapFixture.read("cap_search_trace");
        double start = json.get("start_score").asDouble();
        List<JsonNode> layers = List.of(json.get("layers_in_order").get(0), json.get("layers_in_order").get(1),
                json.get("layers_in_order").get(2), json.get("layers_in_order").get(3));
        ToDoubleFunction<List<Integer>> score = cuts -> {
            double sum = start;
            for (int i = 0; i < cuts.size(); i++) {
                double share = (double) cuts.get(i) / layers.get(i).get("channels").asInt();
                sum -= layers.get(i).get("c").asDouble() * share * share;
            }
            return sum;
        };
        StructuralSearch search = new StructuralSearch(start, json.get("end_score").asDouble(),
                json.get("steps").asInt(), json.get("max_sparsity").asDouble());
        Found found = search.run(layers.stream().map(l -> l.get("channels").asInt()).toList(), score);

        assertThat(found.trials()).hasSize(20);
        for (int i = 0; i < 20; i++) {
            JsonNode expected = json.get("trace").get(i);
            Trial trial = found.trials().get(i);
            assertThat(layers.get(trial.group()).get("name")).isEqualTo(expected.get("layer"));
            assertThat(trial.threshold()).isCloseTo(expected.get("threshold").asDouble(), within(1e-9));
            assertThat(trial.tried()).isCloseTo(expected.get("tried").asDouble(), within(1e-9));
            assertThat(trial.cut()).as("trial %d", i).isEqualTo(expected.get("channels_cut").asInt());
            assertThat(trial.score()).isCloseTo(expected.get("score").asDouble(), within(1e-6));
            assertThat(trial.accepted()).isEqualTo(expected.get("accepted").asBoolean());
        }
        assertThat(found.cuts()).containsExactly(7, 18, 41, 7);
        assertThat(score.applyAsDouble(found.cuts())).isCloseTo(json.get("final_score").asDouble(), within(1e-6));
    }

    @Test
    void aScoreThatCannotBeToldIsNotGoodEnough() {
        Found found = new StructuralSearch(1, 0.5, StructuralSearch.HALVINGS, StructuralSearch.MOST)
                .run(List.of(10, 10), cuts -> cuts.get(0) > 0 ? Double.NaN : 1);
        assertThat(found.cuts()).containsExactly(0, 8);
    }
}
