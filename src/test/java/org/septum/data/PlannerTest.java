package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.data.DatasetFingerprint.ClassFacts;
import org.septum.data.DatasetFingerprint.IntensityStatistics;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

class PlannerTest {

    private static final ClassLabels LABELS = ClassLabels.of("background", "a", "b");

    private static DatasetFingerprint facts(Modality modality, int volumes, List<Integer> shape, List<Double> spacing) {
        boolean calibrated = spacing.stream().noneMatch(s -> s.isNaN());
        return new DatasetFingerprint(10, List.of("scan"), modality, volumes, shape, spacing, spacing, calibrated,
                List.of(new IntensityStatistics(40, 20, -15, 95)), LABELS, classes(0.05, 0.02), Double.NaN);
    }

    private static List<ClassFacts> classes(double a, double b) {
        return List.of(new ClassFacts("background", 10, 1000, Double.NaN, 1 - a - b, List.of()),
                new ClassFacts("a", 10, 50, Double.NaN, a, List.of()),
                new ClassFacts("b", 10, 20, Double.NaN, b, List.of()));
    }

    private static DatasetFingerprint pictures(List<Integer> shape, double coarseDice, double a, double b) {
        return new DatasetFingerprint(10, List.of("scan"), Modality.OTHER, 0, shape, NO_SPACING, NO_SPACING, false,
                List.of(new IntensityStatistics(40, 20, -15, 95)), LABELS, classes(a, b), coarseDice);
    }

    private static Plan plan(DatasetFingerprint facts, Integer dims) {
        return Planner.plan(facts, "test", new Planner.Wishes(EncoderSpec.of("unet"), AttentionSpec.of("eca"), dims),
                5);
    }

    private static final List<Double> NO_SPACING = Collections.nCopies(3, Double.NaN);

    private static final List<Double> UNEVEN = List.of(0.7, 0.9, 2.5);

    @Test
    void volumesGetA3dNetworkOnTheMedianGrid() {
        Plan plan = plan(facts(Modality.MR, 10, List.of(37, 52, 30), UNEVEN), null);
        assertThat(plan.network().dims()).isEqualTo(3);
        assertThat(plan.grid()).isEqualTo(Plan.GridAxes.LPS);
        assertThat(plan.spacing()).isEqualTo(UNEVEN);
        assertThat(plan.network().classes()).isEqualTo(3);
        assertThat(plan.training().seed()).isEqualTo(5);
        assertThat(plan.reasons()).containsKeys("dims", "spacing", "patch", "network", "normalization", "augmentation");
    }

    @ParameterizedTest
    @CsvSource({ "10,7,2", "10,8,3", "9,30,2", "0,1,2" })
    void dimsDependOnVolumesAndSlices(int volumes, int slices, int dims) {
        assertThat(plan(facts(Modality.MR, volumes, List.of(64, 64, slices), UNEVEN), null).network().dims())
                .isEqualTo(dims);
    }

    @ParameterizedTest
    @CsvSource({ "unet", "residual", "resnet18", "resnet50", "mobilenetv2" })
    void everyKindOfNetworkGetsLevelsAndAPatchThatFit(String word) {
        Planner.Wishes wishes = new Planner.Wishes(EncoderSpec.of(word), AttentionSpec.of("se"), null);
        Plan plan = Planner.plan(facts(Modality.MR, 10, List.of(37, 52, 30), UNEVEN), "test", wishes, 5);
        assertThat(plan.network().encoder().word()).isEqualTo(word);
        assertThat(plan.network().attention().word()).isEqualTo("se");
        assertThat(plan.network().graph().shapes(plan.patchInTensorOrder())).isNotEmpty();
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
        assertThat(plan.reasons().get("network"))
                .contains(word.contains("net1") || word.contains("net5") || word.startsWith("mobile")
                        ? "are those of the " + plan.network().encoder().title()
                        : "double from");
    }

    @Test
    void slicesAreTakenAsTheyAre() {
        Plan plan = plan(facts(Modality.US, 0, List.of(800, 540, 1), List.of(0.1, 0.1, Double.NaN)), null);
        assertThat(plan.grid()).isEqualTo(Plan.GridAxes.SCAN);
        assertThat(plan.spacing()).containsOnly(Double.NaN);
        assertThat(plan.patch()).containsExactly(256, 256, 1);
    }

    @Test
    void theUserMayChooseSlicesButNotVolumesThatAreNone() {
        DatasetFingerprint mixed = facts(Modality.MR, 7, List.of(64, 64, 20), UNEVEN);
        assertThat(plan(mixed, 2).network().dims()).isEqualTo(2);
        assertThat(plan(mixed, 2).reasons().get("dims")).isEqualTo("chosen by the user");
        assertThatThrownBy(() -> plan(mixed, 3))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE))
                .message().contains("3 scans of a single slice");
    }

    /** nnU-Net's rule: an axis is halved while at least 8 voxels are there to halve. Its own patch here is the same. */
    @Test
    void theHippocampusGetsFourLevels() {
        Plan plan = plan(facts(Modality.MR, 10, List.of(35, 50, 35), List.of(1.0, 1.0, 1.0)), null);
        assertThat(plan.network().stages()).extracting(StageSpec::width).containsExactly(16, 32, 64, 128);
        assertThat(plan.patch()).containsExactly(40, 56, 40);
    }

    private static Plan sized(Integer dims, Integer... size) {
        EncoderSpec encoder = EncoderSpec.of("unet");
        Planner.Wishes wishes = new Planner.Wishes(encoder, AttentionSpec.of("se"), dims, List.of(size),
                Normalization.INSTANCE, Activation.SILU, false, false, new Planner.Memory(8_000_000_000L, false), null,
                false);
        return Planner.plan(facts(Modality.MR, 10, List.of(600, 450, 30), UNEVEN), "test", wishes, 5);
    }

    @Test
    void wholeImagesOfOneSizeArePatches() {
        Plan plan = sized(2, 128, 96);
        assertThat(plan.size()).containsExactly(128, 96);
        assertThat(plan.patch()).containsExactly(128, 96, 1);
        assertThat(plan.spacing()).containsOnly(Double.NaN);
        assertThat(plan.reasons().get("size")).contains("[128, 96]").contains("[600, 450]");
        assertThat(plan.network().stages()).hasSize(5);
        assertThat(plan.network().normalization()).isEqualTo(Normalization.INSTANCE);
        assertThat(plan.network().activation()).isEqualTo(Activation.SILU);
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
        assertThat(sized(2, 400, 100).patch()).as("cut where large, filled up where it does not divide")
                .containsExactly(256, 112, 1);
    }

    @Test
    void aSizeIsForSlicesOnly() {
        assertThatThrownBy(() -> sized(null, 128, 128)).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE)).message().contains("--dims 2");
    }

    @ParameterizedTest
    @CsvSource({ "37,52,30", "512,512,100", "9,300,17", "8,8,8", "500,500,8", "65,66,67" })
    void thePatchDividesEvenlyAndStaysSmall(int nx, int ny, int nz) {
        Plan plan = plan(facts(Modality.MR, 10, List.of(nx, ny, nz), List.of(1.0, 1.0, 1.0)), null);
        List<Integer> divisor = plan.network().sizeDivisor();
        for (int d = 0; d < 3; d++)
            assertThat(plan.patch().get(d) % divisor.get(2 - d)).isZero();
        long voxels = (long) plan.patch().get(0) * plan.patch().get(1) * plan.patch().get(2);
        assertThat(voxels).isLessThanOrEqualTo(NetworkSizing.VOXELS_A_STEP / 2);
        assertThat(plan.patch().get(0)).isLessThanOrEqualTo((nx + 15) / 16 * 16);
    }

    @Test
    void thickSlicesWaitUntilTheOthersCaughtUp() {
        Plan plan = plan(facts(Modality.MR, 10, List.of(80, 80, 16), List.of(1.0, 1.0, 4.0)), null);
        List<List<Integer>> strides = plan.network().stages().stream().map(StageSpec::stride).toList();
        // tensor order z, y, x; spacing 1 and 4: two halvings in the slice before z takes part
        assertThat(strides.subList(0, 4)).containsExactly(List.of(1, 1, 1), List.of(1, 2, 2), List.of(1, 2, 2),
                List.of(2, 2, 2));
        assertThat(plan.network().stages()).extracting(StageSpec::width).startsWith(16, 32, 64, 128);
        assertThat(plan.network().stages().stream().map(StageSpec::kernelSizes).toList().subList(0, 4))
                .containsExactly(List.of(1, 3, 3), List.of(1, 3, 3), List.of(3, 3, 3), List.of(3, 3, 3));
        assertThat(plan.network().graph().weights().get("encoder.1.a.conv.weight").shape()).containsExactly(16L, 1L, 1L,
                3L, 3L);
        assertThat(plan.network().graph().weights().get("decoder.1.b.conv.weight").shape()).containsExactly(16L, 16L,
                1L, 3L, 3L);
        assertThat(plan.reasons().get("network")).contains("first 2 levels do not reach across slices");
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
    }

    @Test
    void onlyCtIsNormalisedByTheDataset() {
        IntensityNormalization ct = plan(facts(Modality.CT, 10, List.of(64, 64, 20), UNEVEN), null).normalization()
                .get(0);
        assertThat(ct)
                .isEqualTo(new IntensityNormalization(IntensityNormalization.Kind.DATASET, -15.0, 95.0, 40.0, 20.0));
        for (Modality other : List.of(Modality.MR, Modality.US, Modality.RGB, Modality.OTHER))
            assertThat(plan(facts(other, 10, List.of(64, 64, 20), UNEVEN), null).normalization())
                    .containsExactly(IntensityNormalization.perScan());
    }

    @Test
    void micrometresDoNotBecomeNothing() {
        Plan plan = plan(facts(Modality.OTHER, 10, List.of(64, 64, 20), List.of(0.00002, 0.000123456, 1.23456)), null);
        assertThat(plan.spacing()).containsExactly(0.00002, 0.0001235, 1.235);
    }

    @Test
    void volumesWithoutSpacingAreTakenAsTheyAre() {
        Plan plan = plan(facts(Modality.OTHER, 10, List.of(64, 64, 20), Collections.nCopies(3, Double.NaN)), null);
        assertThat(plan.network().dims()).isEqualTo(3);
        assertThat(plan.grid()).isEqualTo(Plan.GridAxes.SCAN);
        assertThat(plan.spacing()).containsOnly(Double.NaN);
    }

    @ParameterizedTest
    @CsvSource({ "512,512,0.99,256,256", "800,540,0.99,256,176", "540,800,0.96,176,256", "1000,100,0.99,256,32" })
    void largePicturesOfLargeObjectsAreMadeSmallerAsAWhole(int nx, int ny, double kept, int x, int y) {
        Plan plan = plan(pictures(List.of(nx, ny, 1), kept, 0.2, 0.1), null);
        assertThat(plan.size()).containsExactly(x, y);
        assertThat(plan.patch()).containsExactly(x, y, 1);
        assertThat(plan.reasons().get("size")).contains("[" + nx + ", " + ny + "]").contains("[" + x + ", " + y + "]");
        assertThat(plan.training().batch()).isEqualTo(Math.min(16, (1 << 18) / (x * y)));
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource({ "999,960,0.81,too thin", "256,256,NaN,hardly larger", "128,128,NaN,hardly larger",
            "300,300,0.99,hardly larger" })
    void thinThingsAndSmallPicturesKeepTheirPixels(int nx, int ny, double kept, String why) {
        Plan plan = plan(pictures(List.of(nx, ny, 1), kept, 0.2, 0.1), null);
        assertThat(plan.size()).isEmpty();
        assertThat(plan.reasons().get("size")).contains(why);
        assertThat(plan.patch().get(0)).isEqualTo(Math.min(256, nx));
    }

    @Test
    void rareClassesCountMoreWithinLimitsAndAreShownMoreOften() {
        TrainingPlan common = plan(pictures(List.of(64, 64, 1), Double.NaN, 0.2, 0.02), null).training();
        assertThat(common.lossWeights()).isEmpty();
        assertThat(common.foregroundShare()).isEqualTo(0.33);
        // square roots of 0.02 / 0.005 and of 0.02 / 0.0001, the latter cut at 3
        TrainingPlan rare = plan(pictures(List.of(64, 64, 1), Double.NaN, 0.005, 0.0001), null).training();
        assertThat(rare.lossWeights()).containsExactly(1.0, 2.0, 3.0);
        assertThat(rare.foregroundShare()).isEqualTo(0.5);
    }

    /** As in nnU-Net: 10 % of the scans have slices of 3 mm or less, and the median 5 mm. */
    @Test
    void thickSlicesAreInterpolatedToThoseOfTheFinestScans() {
        DatasetFingerprint facts = new DatasetFingerprint(10, List.of("scan"), Modality.MR, 10, List.of(160, 150, 20),
                List.of(0.7, 0.7, 5.0), List.of(0.5, 0.5, 3.0), true, List.of(new IntensityStatistics(40, 20, -15, 95)),
                LABELS, classes(0.05, 0.02), Double.NaN);
        Plan plan = plan(facts, null);
        assertThat(plan.spacing()).containsExactly(0.7, 0.7, 3.0);
        assertThat(plan.reasons().get("spacing")).contains("percentile 10 along axis z");
        assertThat(plan.reasons().get("dims")).contains("7.1 times as thick");
        assertThat(plan.reasons().get("patch")).contains("[160, 150, 33]");
        assertThat(plan.training().augmentation().spatial().inPlane()).isTrue();
        assertThat(plan.network().stages().get(1).stride()).containsExactly(1, 2, 2);
        List<Double> nearlyEven = List.of(1.0, 1.0, 2.5);
        assertThat(plan(facts(Modality.MR, 10, List.of(160, 150, 20), nearlyEven), null).training().augmentation()
                .spatial().inPlane()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "600,2", "2000,2", "6000,2", "600,3", "2000,3", "6000,3" })
    void patchAndBatchFitTheMemoryAsked(long megabytes, int dims) {
        EncoderSpec encoder = EncoderSpec.of("unet");
        long bytes = megabytes * 1_000_000;
        Plan plan = Planner.plan(facts(Modality.MR, 10, List.of(200, 180, 90), List.of(1.0, 1.0, 1.0)), "test",
                new Planner.Wishes(encoder, AttentionSpec.of("eca"), dims, List.of(), Normalization.BATCH,
                        encoder.activation(), false, false, new Planner.Memory(bytes, true), null, false),
                5);
        double needed = NetworkSizing.ACTIVATION_FACTOR * plan.training().batch()
                * plan.network().graph().memory(plan.patchInTensorOrder()).training();
        assertThat(needed).as(plan.reasons().get("patch")).isLessThanOrEqualTo(bytes);
        assertThat(plan.reasons().get("patch")).contains("fills");
        if (dims == 3)
            assertThat(needed).isGreaterThan(0.4 * bytes);
    }

    @Test
    void theFingerprintTravelsWithThePlan() {
        DatasetFingerprint facts = facts(Modality.MR, 10, List.of(37, 52, 30), UNEVEN);
        Plan plan = plan(facts, null);
        assertThat(plan.fingerprint()).isEqualTo(facts);
        Plan read = Plan.parse(plan.toJson(), "test");
        assertThat(read).isEqualTo(plan);
        assertThat(read.withSize(List.of()).fingerprint()).isEqualTo(facts);
        assertThat(facts.anisotropy()).isEqualTo(2.5 / 0.7);
        assertThat(facts.describe()).anyMatch(l -> l.startsWith("10 cases")).anyMatch(l -> l.contains("b: in 10"));
    }

    private static DatasetFingerprint ofPatients(int patients, int edge, double kept) {
        return pictures(List.of(256, 240, 1), Double.NaN, 0.2, 0.1).ofPatients(patients)
                .keeping(java.util.Map.of(edge, kept));
    }

    @Test
    void slicesOfFewPatientsAreTurnedByAnyAngleAndSeenAsAWhole() {
        Plan plan = plan(ofPatients(3, 160, 0.93), null);
        assertThat(plan.size()).containsExactly(160, 144);
        assertThat(plan.patch()).containsExactly(160, 144, 1);
        assertThat(plan.training().batch()).isEqualTo((1 << 18) / (160 * 144));
        TrainingPlan.AugmentationPlan.Spatial spatial = plan.training().augmentation().spatial();
        assertThat(spatial.rotation()).isEqualTo(new TrainingPlan.AugmentationPlan.Variation(0.8, 180));
        assertThat(spatial.mirrorX() || spatial.mirrorY()).isFalse();
        assertThat(plan.training().stepsPerEpoch()).isEqualTo(50);
        assertThat(plan.training().learning().average()).isEqualTo(0.99);
        assertThat(plan.reasons().get("augmentation")).contains("3 patients");
        assertThat(plan.reasons().get("size")).contains("3 patients").contains("0.930");
        assertThat(plan.reasons()).containsKey("average");
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
    }

    @Test
    void manyPatientsAndVolumesAreNotTakenForFew() {
        Plan many = plan(ofPatients(6, 160, 0.99), null);
        assertThat(many.size()).isEmpty();
        assertThat(many.training().stepsPerEpoch()).isEqualTo(100);
        assertThat(many.training().augmentation().spatial().mirrorX()).isTrue();
        assertThat(many.training().learning()).isEqualTo(LearningPlan.PLAIN);
        Plan thin = plan(ofPatients(3, 160, 0.8), null);
        assertThat(thin.size()).isEmpty();
        assertThat(thin.reasons().get("size")).contains("only 0.800");
        Plan solid = plan(facts(Modality.MR, 10, List.of(37, 52, 30), UNEVEN).ofPatients(3), null);
        assertThat(solid.training().augmentation().spatial().rotation().strength()).isEqualTo(30);
    }

    /** Steps of 2^18 pixels; the speed is such that a step of whole pictures at 256 pixels takes a second. */
    @ParameterizedTest
    @CsvSource({ "20000,256,4", "6500,256,4", "4500,192,7", "600,128,16" })
    void littleTimeMakesPicturesSmallerSoThatManyAreSeen(double seconds, int edge, int batch) {
        DatasetFingerprint facts = pictures(List.of(512, 512, 1), 0.99, 0.2, 0.1)
                .keeping(java.util.Map.of(256, 0.99, 192, 0.98, 160, 0.97, 128, 0.96));
        Planner.Wishes wishes = new Planner.Wishes(EncoderSpec.of("unet"), AttentionSpec.of("eca"), null);
        Plan slow = Planner.plan(facts, "test", wishes, 5);
        Plan plan = Planner.plan(facts, "test", wishes.within(TimeBudget.of(seconds, slow, 1)), 5);
        assertThat(plan.size()).containsExactly(edge, edge);
        assertThat(plan.training().batch()).isEqualTo(batch);
        assertThat(plan.reasons().get("budget")).contains("steps of").contains("24000 are to be shown");
        assertThat(Planner.dependsOnTime(facts, slow)).isTrue();
        assertThat(slow.reasons()).as("nothing changes without a budget").doesNotContainKey("budget");
    }

    @Test
    void littleTimeDoesNotMakeThinThingsVanish() {
        DatasetFingerprint facts = pictures(List.of(512, 512, 1), 0.99, 0.2, 0.1)
                .keeping(java.util.Map.of(256, 0.99, 192, 0.96, 160, 0.94, 128, 0.9));
        Planner.Wishes wishes = new Planner.Wishes(EncoderSpec.of("unet"), AttentionSpec.of("eca"), null);
        Plan slow = Planner.plan(facts, "test", wishes, 5);
        Plan plan = Planner.plan(facts, "test", wishes.within(TimeBudget.of(60, slow, 1)), 5);
        assertThat(plan.size()).containsExactly(192, 192);
    }

    /** The score of a patient fell by 0.06 at 128 pixels: few pictures are seen often enough. */
    @Test
    void littleTimeDoesNotMakePicturesOfFewPatientsSmallerStill() {
        DatasetFingerprint facts = ofPatients(3, 160, 0.98).keeping(java.util.Map.of(160, 0.98, 128, 0.97));
        Planner.Wishes wishes = new Planner.Wishes(EncoderSpec.of("unet"), AttentionSpec.of("eca"), null);
        Plan slow = Planner.plan(facts, "test", wishes, 5);
        Plan plan = Planner.plan(facts, "test", wishes.within(TimeBudget.of(60, slow, 1)), 5);
        assertThat(plan.size()).isEqualTo(slow.size()).containsExactly(160, 144);
    }

    @ParameterizedTest
    @CsvSource({ "2,10,1", "3,10,3", "7,10,3", "7,9,1", "8,10,1" })
    void volumesOfAFewSlicesAreSeenWithTheSlicesBeside(int slices, int volumes, int inputs) {
        Plan plan = plan(facts(Modality.MR, volumes, List.of(64, 64, slices), List.of(1.0, 1.0, 1.0)), null);
        assertThat(plan.network().inputs()).isEqualTo(inputs);
        assertThat(plan.stack().count()).isEqualTo(inputs);
        assertThat(plan.reasons().containsKey("slices")).isEqualTo(inputs == 3);
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
    }

    @Test
    void theUserMayWantTheSlicesBesideOrNot() {
        DatasetFingerprint thick = facts(Modality.MR, 10, List.of(64, 64, 5), UNEVEN);
        assertThat(plan(thick, 2).stack()).isEqualTo(SliceStack.SINGLE);
        Planner.Wishes wishes = new Planner.Wishes(EncoderSpec.of("unet"), AttentionSpec.of("eca"), 2).withNeighbours();
        Plan plan = Planner.plan(facts(Modality.MR, 10, List.of(64, 64, 30), UNEVEN), "test", wishes, 5);
        assertThat(plan.stack()).isEqualTo(SliceStack.NEIGHBOURS);
        assertThatThrownBy(() -> Planner.plan(pictures(List.of(64, 64, 1), 0.9, 0.1, 0.1), "test", wishes, 5)).message()
                .contains("10 scans of a single slice").contains("--dims 2");
    }
}
