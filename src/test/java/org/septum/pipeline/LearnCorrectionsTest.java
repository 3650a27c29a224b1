package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.ImgUtil;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;

@Tag("engine")
class LearnCorrectionsTest {

    @TempDir
    private Path folder;

    private final Scan bright = Toys.scan("bright", 1);

    /** The same with an object of 90 to 109: the toy model, which cuts at 100, finds half of its voxels. */
    private static Scan dim(Scan scan) {
        Img<FloatType> pixels = ArrayImgs.floats(23, 26, 11, 1);
        ImgUtil.copy(scan.pixels(), pixels);
        pixels.forEach(v -> v.set(v.get() > Toys.THRESHOLD ? v.get() - 110 : v.get()));
        return new Scan("dim", pixels, scan.geometry(), Modality.MR, List.of());
    }

    private CollectCorrections.Request correction(Path model, Path target, Scan scan) {
        return new CollectCorrections.Request(scan, Toys.mask(bright), Optional.empty(), model, target, "", false);
    }

    private Path model() {
        Path slow = Toys.model(folder.resolve("slow"));
        Bundle bundle = BundleReader.read(slow);
        Path fast = folder.resolve("fast");
        BundleWriter.write(Bundle.of(bundle.plan().withTraining(bundle.plan().training().withLearningRate(0.1)),
                bundle.weights(), bundle.card()), fast, false);
        return fast;
    }

    @Test
    void aCorrectionIsACaseOfADatasetAndSaysWhereItCameFrom() throws IOException {
        Path model = Toys.model(folder.resolve("toy"));
        Path target = folder.resolve("corrections");
        Scan scan = dim(bright);
        CollectCorrections.Result kept = CollectCorrections.run(correction(model, target, scan));
        assertThat(kept.line()).contains("case dim", "blob");
        CaseIndex index = CaseIndex.of(target);
        assertThat(index.labels().orElseThrow().classes().stream().map(c -> c.name())).containsExactly("background",
                "blob");
        assertThat(index.channels()).containsExactly("MRI");
        DataCase c = index.cases().get(0);
        Scan read = CaseReader.scan(c);
        assertThat(read.geometry().isCloseTo(scan.geometry(), 1e-4)).isTrue();
        assertThat(read.pixels().getAt(11, 13, 5, 0).get()).isEqualTo(scan.pixels().getAt(11, 13, 5, 0).get());
        LabelMask labels = CaseReader.labels(c, Toys.LABELS, read);
        assertThat(Toys.values(labels)).isEqualTo(Toys.values(Toys.mask(bright)));
        assertThat(target.resolve("corrections/dim.json")).content().contains(DescribeModel.run(model).hash(),
                ScanFacts.of(scan, 1).content(), "\"blob\"");
    }

    @Test
    void aCaseIsNotReplacedUnasked() throws IOException {
        Path model = Toys.model(folder.resolve("toy"));
        Path target = folder.resolve("corrections");
        CollectCorrections.run(correction(model, target, bright));
        Path labels = target.resolve("labelsTr/bright.nii.gz");
        byte[] before = Files.readAllBytes(labels);
        CollectCorrections.Result again = CollectCorrections.run(correction(model, target, bright));
        assertThat(again.isNew()).as("the same once more").isFalse();
        LabelMask empty = Toys.mask(bright);
        empty.pixels().forEach(v -> v.set(0));
        CollectCorrections.Request other = new CollectCorrections.Request(bright, empty, Optional.empty(), model,
                target, "bright", false);
        assertThatThrownBy(() -> CollectCorrections.run(other)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("exists");
        assertThat(Files.readAllBytes(labels)).isEqualTo(before);
        CollectCorrections
                .run(new CollectCorrections.Request(bright, empty, Optional.empty(), model, target, "bright", true));
        assertThat(Files.readAllBytes(labels)).isNotEqualTo(before);
        CollectCorrections.run(
                new CollectCorrections.Request(bright, empty, Optional.empty(), model, target, "of/a: 2nd", false));
        assertThat(target.resolve("labelsTr/of_a_2nd.nii.gz")).exists();
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingWritten() {
        Path model = Toys.model(folder.resolve("toy"));
        Path target = folder.resolve("corrections");
        LabelMask mask = Toys.mask(bright);
        assertRefused(bright, new LabelMask(ArrayImgs.unsignedBytes(5, 6, 7), bright.geometry(), Toys.LABELS), model,
                target, "5×6×7");
        assertRefused(bright, new LabelMask(mask.pixels(), ScanGeometry.ofSpacing(0.7, 0.9, 3), Toys.LABELS), model,
                target, "spacing differs");
        Img<FloatType> broken = ArrayImgs.floats(23, 26, 11, 1);
        broken.getAt(3, 3, 3, 0).set(Float.NaN);
        assertRefused(new Scan("nan", broken, bright.geometry(), Modality.MR, List.of()), mask, model, target, "NaN");
        Scan two = new Scan("two", ArrayImgs.floats(23, 26, 11, 2), bright.geometry(), Modality.MR, List.of());
        assertRefused(two, mask, model, target, "2 channels");
        assertThat(target).doesNotExist();
    }

    private static void assertRefused(Scan scan, LabelMask mask, Path model, Path target, String word) {
        CollectCorrections.Request request = new CollectCorrections.Request(scan, mask, Optional.empty(), model, target,
                "", false);
        assertThatThrownBy(() -> CollectCorrections.run(request)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(word);
    }

    @Test
    void correctionsOfAModelWithOtherClassesGoElsewhere() throws IOException {
        Path model = Toys.model(folder.resolve("toy"));
        Path target = Files.createDirectories(folder.resolve("corrections"));
        Files.writeString(target.resolve("dataset.json"), "{\"labels\": {\"background\": 0, \"liver\": 1}}");
        assertRefused(bright, Toys.mask(bright), model, target, "liver");
    }

    private static double dice(ScoreTable table) {
        return table.summary(table.labels().get(0), Metric.DICE).mean();
    }

    private LearnCorrections.Request learning(Path model, Path target, Optional<Path> dataset, int epochs) {
        return new LearnCorrections.Request(target, model, folder.resolve("new"), dataset, Optional.empty(),
                Optional.of(epochs), "cpu", OptionalLong.of(3), false);
    }

    @Test
    void aCorrectionIsLearnt() {
        Path model = model();
        Path target = folder.resolve("corrections");
        Scan scan = dim(bright);
        CollectCorrections.run(correction(model, target, scan));
        LearnCorrections.Result learnt = LearnCorrections.run(learning(model, target, Optional.empty(), 6),
                Progress.SILENT);
        assertThat(dice(learnt.before())).isBetween(0.5, 0.8);
        assertThat(dice(learnt.after())).isGreaterThan(0.95);
        assertThat(learnt.held()).contains("too few to hold some out");
        assertThat(String.join("\n", learnt.lines())).contains("before", "after", "none held out");
        LabelMask mask = SegmentImage.run(SegmentImage.Request.of(scan, folder.resolve("new"), "cpu"), Progress.SILENT)
                .mask();
        assertThat(mask.count(1)).isGreaterThan((long) (0.9 * Toys.mask(bright).count(1)));
    }

    @Test
    void withItsDatasetTheHeldOutCasesStayHeldOut() throws IOException {
        Path model = model();
        Path target = folder.resolve("corrections");
        CollectCorrections.run(correction(model, target, dim(bright)));
        Path dataset = Toys.dataset(folder.resolve("data"), 5);
        LearnCorrections.Result learnt = LearnCorrections.run(learning(model, target, Optional.of(dataset), 6),
                Progress.SILENT);
        assertThat(learnt.trained().split())
                .isEqualTo("fold 0 of 5: 4 training and 1 validation cases, and 1 corrections trained on");
        assertThat(learnt.trained().scores().rows()).hasSize(1);
        assertThat(dice(learnt.after())).isGreaterThan(dice(learnt.before()));
        assertThat(dice(learnt.trained().scores())).as("of the held-out case").isGreaterThan(0.95);
        assertThat(learnt.held()).contains("fold 0 of Toys");
    }

    @Test
    void correctionsAreNeverHeldOutAndChangeNoFold() throws IOException {
        Path model = Toys.model(folder.resolve("toy"));
        Path target = folder.resolve("corrections");
        CollectCorrections.run(correction(model, target, bright));
        CollectCorrections.run(new CollectCorrections.Request(bright, Toys.mask(bright), Optional.empty(), model,
                target, "case_2", false));
        Path dataset = Toys.dataset(folder.resolve("data"), 7);
        CaseIndex plain = CaseIndex.of(dataset);
        CaseIndex both = plain.withCorrections(CaseIndex.of(target));
        assertThat(both.cases()).hasSize(8);
        assertThat(FoldSplit.count(both)).isEqualTo(5);
        for (int k = 0; k < 5; k++) {
            FoldSplit split = FoldSplit.of(both, k);
            assertThat(split.training()).filteredOn(DataCase::isCorrection).hasSize(2);
            assertThat(split.validation()).noneMatch(DataCase::isCorrection).isNotEmpty();
        }
        CaseIndex one = plain.withCorrections(new CaseIndex("c", List.of(), Optional.empty(),
                List.of(new DataCase("other", List.of(), dataset, "other")), false));
        for (int k = 0; k < 5; k++)
            assertThat(FoldSplit.of(one, k).validation()).isEqualTo(FoldSplit.of(plain, k).validation());
        FoldSplit drawn = TrainingCases.drawn(FoldSplit.of(one, FoldSplit.NONE));
        assertThat(drawn.training()).hasSize(10).filteredOn(DataCase::isCorrection).hasSize(3);
    }

    @Test
    void correctionsOfOtherClassesAreNotMixedIn() throws IOException {
        CaseIndex plain = CaseIndex.of(Toys.dataset(folder.resolve("data"), 2));
        CaseIndex other = new CaseIndex("c", List.of("MRI"), Optional.of(ClassLabels.of("background", "liver")),
                List.of(), false);
        assertThatThrownBy(() -> plain.withCorrections(other)).hasMessageContaining("liver")
                .hasMessageContaining("blob");
    }
}
