package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.IntensityNormalization;
import org.septum.data.Patch;
import org.septum.data.Plan;
import org.septum.io.NiftiScanWriter;

class PatchFeedTest {

    @TempDir
    static Path folder;

    private static CaseIndex index;

    @BeforeAll
    static void writeDataset() throws IOException {
        index = TinyTraining.dataset(folder);
    }

    private static void assertSame(Batch first, Batch second) {
        assertThat(first.cases()).isEqualTo(second.cases());
        for (int i = 0; i < first.patches().size(); i++) {
            Patch a = first.patches().get(i);
            Patch b = second.patches().get(i);
            assertThat(a.input()).isEqualTo(b.input());
            assertThat(a.classes()).isEqualTo(b.classes());
        }
    }

    @Test
    void batchesDoNotDependOnTheNumberOfThreadsOrOnWhereARunBegan() {
        Plan plan = TinyTraining.plan(10, 1);
        plan = plan.withTraining(plan.training().withBatch(3));
        try (PatchFeed one = new PatchFeed(plan, index.cases(), 1);
                PatchFeed many = new PatchFeed(plan, index.cases(), 7);
                PatchFeed late = new PatchFeed(plan, index.cases(), 2)) {
            for (int step = 0; step < 6; step++) {
                Batch batch = one.batch(step);
                assertThat(batch.patches()).hasSize(3);
                assertThat(batch.broken()).isEmpty();
                assertSame(batch, many.batch(step));
                if (step >= 4)
                    assertSame(batch, late.batch(step));
            }
        }
    }

    /** Values of 1e30 become infinite, those of the other cases do not. */
    private static Plan dividedByNearlyNothing(Plan plan) {
        IntensityNormalization tiny = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1e-10);
        return new Plan(plan.version(), plan.dataset(), plan.modality(), plan.channels(), plan.labels(), plan.network(),
                plan.grid(), plan.spacing(), plan.patch(), List.of(tiny), plan.training(), plan.reasons());
    }

    @Test
    void patchesThatHoldNoNumbersAreLeftOutAndNamed(@TempDir Path other) throws IOException {
        CaseIndex broken = TinyTraining.dataset(other);
        Img<FloatType> huge = ArrayImgs.floats(17, 13, 9, 1);
        huge.forEach(v -> v.set(1e30f));
        DataCase victim = broken.cases().get(2);
        NiftiScanWriter.write(
                new Scan(victim.name(), huge, ScanGeometry.ofSpacing(0.7, 0.9, 2.5), Modality.MR, List.of()),
                victim.channels().get(0), true);
        Plan plan = dividedByNearlyNothing(TinyTraining.plan(10, 1));
        int left = 0;
        try (PatchFeed feed = new PatchFeed(plan, broken.cases(), 2)) {
            for (int step = 0; step < 20; step++) {
                Batch batch = feed.batch(step);
                assertThat(batch.cases()).doesNotContain(victim.name()).hasSameSizeAs(batch.patches());
                assertThat(batch.broken()).allMatch(victim.name()::equals);
                assertThat(batch.broken().size() + batch.patches().size()).isEqualTo(2);
                left += batch.broken().size();
            }
        }
        assertThat(left).isBetween(1, 20);
    }
}
