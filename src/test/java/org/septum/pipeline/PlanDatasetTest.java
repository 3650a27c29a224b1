package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.Plan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;

@Tag("engine")
class PlanDatasetTest {

    private static final int EDGE = 168;

    @TempDir
    private Path folder;

    /** Six pictures of a large disc. */
    private Path pictures() {
        for (int i = 0; i < 6; i++) {
            Img<FloatType> pixels = ArrayImgs.floats(EDGE, EDGE, 1, 1);
            Img<UnsignedByteType> labels = ArrayImgs.unsignedBytes(EDGE, EDGE, 1);
            for (int k = 0; k < EDGE * EDGE; k++) {
                int x = k % EDGE;
                int y = k / EDGE;
                boolean inside = Math.hypot(x - 80.3 - i, y - 84.6) < 50;
                pixels.getAt(x, y, 0, 0).set((inside ? 100 : 0) + (x * 7 + y * 3) % 11);
                labels.getAt(x, y, 0).set(inside ? 1 : 0);
            }
            ScanGeometry geometry = ScanGeometry.ofSpacing(1, 1, 1);
            NiftiScanWriter.write(new Scan("p" + i, pixels, geometry, Modality.OTHER, List.of()),
                    folder.resolve("images/p" + i + ".nii"), false);
            new NiftiMaskWriter().write(new LabelMask(labels, geometry, Toys.LABELS),
                    folder.resolve("labels/p" + i + ".nii"), false);
        }
        return folder;
    }

    private Plan plan(Path dataset, Duration budget) {
        return PlanDataset.run(new PlanDataset.Request(dataset, folder.resolve("plan.json"), PlanDataset.Wishes.NONE,
                Optional.ofNullable(budget), true), Progress.SILENT);
    }

    /** However fast this machine is, a second is too short and a month is not. */
    @Test
    void aBudgetIsHeldAgainstTheSpeedOfThisMachine() {
        Path dataset = pictures();
        Plan enough = plan(dataset, Duration.ofDays(30));
        assertThat(enough.size()).isEmpty();
        assertThat(enough.reasons().get("budget")).contains("43200 minutes").contains("timed on this machine");
        Plan hurried = plan(dataset, Duration.ofSeconds(1));
        assertThat(hurried.size()).containsExactly(128, 128);
        assertThat(hurried.reasons().get("size")).contains("so that the time is enough");
        assertThat(Plan.read(folder.resolve("plan.json"))).isEqualTo(hurried);
    }
}
