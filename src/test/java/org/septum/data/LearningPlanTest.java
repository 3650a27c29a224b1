package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class LearningPlanTest {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private static final String OLD = """
            {"batch": 2, "stepsPerEpoch": 100, "epochs": 60, "learningRate": 0.03, "momentum": 0.9,
             "weightDecay": 3e-5, "foregroundShare": 0.5, "seed": 1, "augmentation": {"mirrorX": true,
             "mirrorY": false, "mirrorZ": false, "rotation": 15, "scale": 0.2, "gamma": 0.4, "noise": 0.1,
             "brightness": 0.2}%s}""";

    private static TrainingPlan read(String more) throws JsonProcessingException {
        return JSON.readValue(OLD.formatted(more), TrainingPlan.class);
    }

    @Test
    void aPlanOfAnOlderReleaseIsTrainedByThePlainRules() throws JsonProcessingException {
        LearningPlan old = read("").learning();
        assertThat(old).isEqualTo(LearningPlan.PLAIN);
        assertThat(old.optimizer()).isEqualTo(LearningPlan.Optimizer.SGD);
        assertThat(old.schedule()).isEqualTo(LearningPlan.Schedule.POLY);
        assertThat(old.loss()).isEqualTo(LearningPlan.Loss.DICE_CROSS_ENTROPY);
        assertThat(old.average()).isZero();
        assertThat(old.clip()).isEqualTo(12);
        assertThat(old.warmup()).isZero();
        assertThat(old.patience()).isZero();
    }

    @Test
    void whatAFileLeavesOutIsPlain() throws JsonProcessingException {
        LearningPlan some = read(", \"learning\": {\"optimizer\": \"adamw\", \"loss\": \"log-dice\"}").learning();
        assertThat(some)
                .isEqualTo(LearningPlan.PLAIN.with(LearningPlan.Optimizer.ADAMW).with(LearningPlan.Loss.LOG_DICE));
    }

    @Test
    void everyRuleComesBackFromJson() throws JsonProcessingException {
        LearningPlan rules = new LearningPlan(LearningPlan.Optimizer.ADAMW, LearningPlan.Schedule.COSINE, 50, 0.99, 1.5,
                LearningPlan.Loss.SOFT_DICE, 20);
        TrainingPlan plan = read("").withLearning(rules);
        assertThat(JSON.readValue(JSON.writeValueAsString(plan), TrainingPlan.class)).isEqualTo(plan);
    }

    @Test
    void wordsAreThoseOfTheFile() {
        assertThat(LearningPlan.Optimizer.words()).containsExactly("sgd", "adamw");
        assertThat(LearningPlan.Schedule.words()).containsExactly("poly", "cosine");
        assertThat(LearningPlan.Loss.words()).containsExactly("dice-cross-entropy", "soft-dice", "log-dice");
        assertThat(LearningPlan.Loss.of("log-dice")).isEqualTo(LearningPlan.Loss.LOG_DICE);
        assertThatThrownBy(() -> LearningPlan.Optimizer.of("adam")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("\"adam\"").hasMessageContaining("sgd, adamw");
    }

    @Test
    void rulesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> LearningPlan.PLAIN.withAverage(1)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("0.999");
        assertThatThrownBy(() -> LearningPlan.PLAIN.withPatience(-1)).isInstanceOf(SeptumException.class);
        assertThatThrownBy(() -> LearningPlan.PLAIN.withWarmup(-1)).isInstanceOf(SeptumException.class);
        assertThatThrownBy(() -> new LearningPlan(null, null, null, null, 0.0, null, null))
                .isInstanceOf(SeptumException.class).hasMessageContaining("clip");
    }
}
