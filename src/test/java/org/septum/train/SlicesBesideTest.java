package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

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
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

import ai.djl.Device;

/** Volumes whose labels lie one slice behind what shows them: a bright square somewhere in every slice. */
@Tag("engine")
class SlicesBesideTest {

    private static final int EDGE = 16;

    private static final int SLICES = 7;

    @TempDir
    private Path folder;

    private CaseIndex dataset() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        ScanGeometry geometry = ScanGeometry.ofSpacing(1, 1, 6);
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            Img<FloatType> pixels = ArrayImgs.floats(EDGE, EDGE, SLICES, 1);
            Img<UnsignedByteType> labels = ArrayImgs.unsignedBytes(EDGE, EDGE, SLICES);
            for (int z = 0; z < SLICES; z++) {
                int left = random.nextInt(EDGE - 6);
                int top = random.nextInt(EDGE - 6);
                for (int k = 0; k < 36; k++) {
                    int x = left + k % 6;
                    int y = top + k / 6;
                    pixels.getAt(x, y, z, 0).set(100);
                    if (z + 1 < SLICES)
                        labels.getAt(x, y, z + 1).set(1);
                    if (z == 0)
                        labels.getAt(x, y, 0).set(1);
                }
            }
            NiftiScanWriter.write(new Scan("case" + i, pixels, geometry, Modality.MR, List.of()),
                    folder.resolve("images/case" + i + ".nii"), false);
            new NiftiMaskWriter().write(new LabelMask(labels, geometry, TinyTraining.LABELS),
                    folder.resolve("labels/case" + i + ".nii"), false);
        }
        return CaseIndex.of(folder);
    }

    private static Plan plan(List<Integer> slices) {
        TrainingPlan training = new TrainingPlan(6, 80, 1, 0.1, 0.9, 1e-5, 1,
                new TrainingPlan.AugmentationPlan(true, true, false, 0, 0, 0, 0, 0), 3);
        return new Plan(Plan.VERSION, "behind", Modality.MR, List.of("scan"), TinyTraining.LABELS,
                NetworkSpec.unet(2, slices.size(), 2, List.of(6, 8), new NoAttention()), Plan.GridAxes.SCAN,
                List.of(Double.NaN, Double.NaN, Double.NaN), List.of(), List.of(EDGE, EDGE, 1),
                List.of(IntensityNormalization.perScan()), training, null, null, slices, null);
    }

    private static double dice(Plan plan, CaseIndex index) {
        return new TrainingRun(plan, FoldSplit.of(index, 0), new TrainingRun.Limits(Device.cpu(), Optional.empty()),
                Progress.SILENT).train(Optional.empty(), c -> {
                }).bestEpoch().meanDice();
    }

    @Test
    void aNetworkThatSeesTheSlicesBesideLearnsWhatOneSliceDoesNotShow() throws IOException {
        CaseIndex index = dataset();
        assertThat(dice(plan(List.of(-1, 0, 1)), index)).isGreaterThan(0.9);
        assertThat(dice(plan(List.of(0)), index)).isLessThan(0.6);
    }
}
