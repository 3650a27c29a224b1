package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;

class PlanTest {

    private static Plan plan() {
        return new Plan(Plan.VERSION, "Phantoms", Modality.CT, List.of("CT"), Samples.LABELS,
                NetworkSpec.unet(3, 1, 3, List.of(4, 8), AttentionSpec.of("eca")), Plan.GridAxes.LPS,
                List.of(0.7, 0.9, Double.NaN), List.of(12, 10, 8),
                List.of(new IntensityNormalization(IntensityNormalization.Kind.DATASET, -200.0, null, 40.0, 20.5)),
                Samples.training(0.5, new TrainingPlan.AugmentationPlan(true, false, true, 15, 0.2, 0.3, 0.1, 0.2)),
                Map.of("patch", "because"));
    }

    @Test
    void survivesJsonAndAFile(@TempDir Path folder) {
        assertThat(Plan.parse(plan().toJson(), "text")).isEqualTo(plan());
        Path file = folder.resolve("plan.json");
        plan().write(file, false);
        assertThat(Plan.read(file)).isEqualTo(plan());
        assertThatThrownBy(() -> plan().write(file, false)).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.OUTPUT));
        assertThatThrownBy(() -> Plan.read(folder.resolve("none.json"))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("cannot read the plan");
    }

    @Test
    void thePatchIsTurnedIntoTensorOrder() {
        assertThat(plan().patchInTensorOrder()).containsExactly(8, 10, 12);
        assertThat(Samples.plan(2, 1, List.of(8, 6, 1), Samples.training(0, Samples.OFF)).patchInTensorOrder())
                .containsExactly(6, 8);
    }

    @Test
    void aSizeIsWrittenOnlyIfThereIsOne() {
        Plan without = Samples.plan(2, 1, List.of(8, 6, 1), Samples.training(0, Samples.OFF));
        assertThat(without.toJson()).doesNotContain("\"size\"");
        String sized = without.toJson().replace("\"patch\" : [", "\"size\" : [ 24, 16 ], \"patch\" : [");
        Plan with = Plan.parse(sized, "text");
        assertThat(with.size()).containsExactly(24, 16);
        assertThat(Plan.parse(with.toJson(), "text")).isEqualTo(with);
        assertThat(with.withTraining(with.training().withSeed(3)).size()).containsExactly(24, 16);
        assertThat(with.withAttention(AttentionSpec.of("se")).size()).containsExactly(24, 16);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "[ 24 ]|two numbers", "[ 24, 16, 1 ]|two numbers", "[ 24, 7 ]|from 8 to 8192",
            "[ 24, -16 ]|from 8 to 8192", "[ 24, 10000 ]|from 8 to 8192", "[ 24, null ]|", "[ 24, 16.5 ]|16.5" })
    void badSizesAreRefused(String size, String message) {
        String json = Samples.plan(2, 1, List.of(8, 6, 1), Samples.training(0, Samples.OFF)).toJson()
                .replace("\"patch\"", "\"size\" : " + size + ", \"patch\"");
        assertThatThrownBy(() -> Plan.parse(json, "my.json")).isInstanceOf(SeptumException.class)
                .hasMessageContaining(message == null ? "my.json" : message);
    }

    @Test
    void aSizeOfVolumesIsRefused() {
        String json = plan().toJson().replace("\"patch\" : [", "\"size\" : [ 24, 16 ], \"patch\" : [");
        assertThatThrownBy(() -> Plan.parse(json, "my.json")).hasMessageContaining("3D network");
    }

    @Test
    void anotherAttentionChangesNothingElse() {
        Plan none = plan().withAttention(AttentionSpec.of("none"));
        assertThat(none.network().attention().word()).isEqualTo("none");
        assertThat(none.withAttention(plan().network().attention())).isEqualTo(plan());
    }

    /** What a hand may do to the file, and what it should hear. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 12, 9, 8 ]|value 2 must be a positive multiple of 2",
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 12, 0, 8 ]|value 2 must be a positive multiple of 2",
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 2147483644, 1048576, 1048576 ]|at most 134217728 voxels",
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 12, 10.5, 8 ]|10.5",
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 12, 10 ]|each needs three values",
            "\"patch\" : [ 12, 10, 8 ]|\"patch\" : [ 12, 10, 8 ], \"patsch\" : 1|\"patsch\"",
            "\"patch\" : [ 12, 10, 8 ],||plan without patch",
            "\"spacing\" : [ 0.7, 0.9, \"NaN\" ]|\"spacing\" : [ -0.7, 0.9, 1 ]|must be positive",
            "\"spacing\" : [ 0.7, 0.9, \"NaN\" ]|\"spacing\" : [ 0.7, 0, 1 ]|must be positive",
            "\"dims\" : 3|\"dims\" : 2|stride [1, 1, 1]", "\"dims\" : 3|\"dims\" : 4|allowed: 2, 3",
            "\"dims\" : 3|\"dims\" : \"three\"|at network.dims",
            "\"inputs\" : 1|\"inputs\" : 2|2 inputs and 3 classes for 1 channels and 3 labels",
            "\"kind\" : \"eca\"|\"kind\" : \"sea\"|sea", "\"kernel\" : 0|\"kernel\" : 2|must be odd",
            "\"inner\" : 8|\"inner\" : 0|at least 1 channel", "\"sd\" : 20.5|\"sd\" : 0|sd must be positive",
            "\"batch\" : 2|\"batch\" : 0|each must be at least 1", "\"batch\" : 2|\"batch\" : null|batch",
            "\"momentum\" : 0.9|\"momentum\" : 1|momentum from 0 to below 1",
            "\"learningRate\" : 0.01|\"learningRate\" : 0|rate > 0",
            "\"foregroundShare\" : 0.5|\"foregroundShare\" : 50|allowed: 0 to 1",
            "\"version\" : 1|\"version\" : 2|use a newer one", "\"grid\" : \"LPS\"|\"grid\" : \"RAS\"|RAS",
            "\"modality\" : \"CT\"|\"modality\" : CT|in line 4" })
    void aMistakeOfTheHandIsToldByNameAndPlace(String what, String instead, String message) {
        String json = plan().toJson();
        assertThat(json).as("the test's own spelling").contains(what);
        String wrong = json.replace(what, instead == null ? "" : instead);
        assertThatThrownBy(() -> Plan.parse(wrong, "my.json"))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT))
                .message().startsWith("my.json ").contains(message).doesNotContain("\n");
    }

    @Test
    void normalisationsMustBeAsManyAsChannels() {
        Plan p = plan();
        assertThatThrownBy(() -> new Plan(p.version(), p.dataset(), p.modality(), p.channels(), p.labels(), p.network(),
                p.grid(), p.spacing(), p.patch(), List.of(), p.training(), p.reasons()))
                        .hasMessageContaining("0 normalisations for 1 channels");
    }

    @Test
    void a2dPlanHasAFlatPatch() {
        assertThatThrownBy(() -> Samples.plan(2, 1, List.of(8, 6, 2), Samples.training(0, Samples.OFF)))
                .hasMessageContaining("its third value must be 1");
    }

    /** A plan of 0.1.0, before variations had chances, is followed as it was then. */
    @Test
    void anOldAugmentationKeepsItsMeaning() {
        String now = plan().toJson();
        String old = now.substring(0, now.indexOf("\"augmentation\"")) + """
                "augmentation" : { "mirrorX" : true, "mirrorY" : false, "mirrorZ" : true, "rotation" : 15.0,
                  "scale" : 0.2, "gamma" : 0.3, "noise" : 0.1, "brightness" : 0.2 },
                """ + now.substring(now.indexOf("\"seed\""));
        assertThat(Plan.parse(old, "old")).isEqualTo(plan());
        TrainingPlan.AugmentationPlan read = Plan.parse(old, "old").training().augmentation();
        assertThat(read.spatial().rotation()).isEqualTo(new TrainingPlan.AugmentationPlan.Variation(0.5, 15));
        assertThat(read.intensity().gamma()).isEqualTo(new TrainingPlan.AugmentationPlan.Variation(0.3, 0.3));
        assertThat(read.intensity().blur()).isEqualTo(TrainingPlan.AugmentationPlan.Variation.OFF);
    }

    @Test
    void lossWeightsAreWrittenOnlyIfThereAreSome() {
        assertThat(plan().toJson()).doesNotContain("lossWeights");
        TrainingPlan t = plan().training();
        Plan weighted = plan().withTraining(new TrainingPlan(t.batch(), t.stepsPerEpoch(), t.epochs(), t.learningRate(),
                t.momentum(), t.weightDecay(), t.foregroundShare(), t.augmentation(), List.of(1.0, 2.0, 3.0), t.seed(),
                t.learning()));
        assertThat(Plan.parse(weighted.toJson(), "text").training().lossWeights()).containsExactly(1.0, 2.0, 3.0);
        assertThat(weighted.training().withSeed(4).withEpochs(3).withSteps(2, 2).lossWeights()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "\"chance\" : 0.5|\"chance\" : 1.5|chance from 0 to 1",
            "\"strength\" : 15.0|\"strength\" : -1|strength from 0",
            "\"strength\" : 0.2|\"strength\" : 1|scale below 1" })
    void impossibleAugmentationsAreRefused(String from, String to, String message) {
        assertThatThrownBy(() -> Plan.parse(plan().toJson().replace(from, to), "my.json"))
                .isInstanceOf(SeptumException.class).hasMessageContaining(message);
    }
}
