package org.septum.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabels;
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
import org.septum.model.block.AttentionSpec;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

import ai.djl.Device;

/** Datasets of a few small volumes with a bright ellipsoid, and runs that train on them in seconds. */
final class TinyTraining {

    static final ClassLabels LABELS = ClassLabels.of("background", "core");

    private static final long[] SIZE = { 17, 13, 9 };

    private TinyTraining() {
    }

    /** Five cases in folders images and labels. In case i the ellipsoid lies i voxels further along x. */
    static CaseIndex dataset(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        ScanGeometry geometry = ScanGeometry.ofSpacing(0.7, 0.9, 2.5);
        for (int i = 0; i < 5; i++) {
            Img<FloatType> pixels = ArrayImgs.floats(SIZE[0], SIZE[1], SIZE[2], 1);
            Img<UnsignedByteType> labels = ArrayImgs.unsignedBytes(SIZE);
            Cursor<FloatType> at = pixels.localizingCursor();
            while (at.hasNext()) {
                at.fwd();
                long x = at.getLongPosition(0);
                long y = at.getLongPosition(1);
                long z = at.getLongPosition(2);
                boolean inside = square((x - 6.0 - i) / 4) + square((y - 6.5) / 3.5) + square((z - 4.0) / 3) <= 1;
                at.get().set(10 * ((x * 5 + y * 3 + z * 7 + i) % 11) + (inside ? 200 : 0));
                labels.getAt(x, y, z).set(inside ? 1 : 0);
            }
            Scan scan = new Scan("case" + i, pixels, geometry, Modality.MR, List.of());
            NiftiScanWriter.write(scan, folder.resolve("images/case" + i + ".nii"), false);
            new NiftiMaskWriter().write(new LabelMask(labels, geometry, LABELS),
                    folder.resolve("labels/case" + i + ".nii"), false);
        }
        return CaseIndex.of(folder);
    }

    private static double square(double x) {
        return x * x;
    }

    /** A 3D U-Net of two levels with ECA, all augmentations on. */
    static Plan plan(int stepsPerEpoch, int epochs) {
        TrainingPlan.AugmentationPlan augmentation = new TrainingPlan.AugmentationPlan(true, true, true, 20, 0.2, 0.3,
                0.1, 0.1);
        return new Plan(Plan.VERSION, "phantoms", Modality.MR, List.of("scan"), LABELS,
                NetworkSpec.unet(3, 1, 2, List.of(4, 6), AttentionSpec.of("eca")), Plan.GridAxes.LPS,
                List.of(0.7, 0.9, 2.5), List.of(12, 10, 8), List.of(IntensityNormalization.perScan()),
                new TrainingPlan(2, stepsPerEpoch, epochs, 0.05, 0.9, 1e-4, 0.5, augmentation, 42), null);
    }

    /** The plan with a CA-Net of four levels with deep supervision; the second keeps z. */
    static Plan canet(Plan plan) {
        List<StageSpec> stages = List.of(StageSpec.uniform(List.of(1, 1, 1), 4, false),
                StageSpec.uniform(List.of(1, 2, 2), 5, false), StageSpec.uniform(List.of(2, 1, 1), 6, false),
                StageSpec.uniform(List.of(2, 1, 2), 7, true));
        NetworkSpec spec = new NetworkSpec(3, 1, 2, new PlainEncoder(), AttentionSpec.of("none"), stages).asCaNet()
                .withDeepSupervision(true);
        return new Plan(plan.version(), plan.dataset(), plan.modality(), plan.channels(), plan.labels(), spec,
                plan.grid(), plan.spacing(), List.of(12, 10, 8), plan.normalization(), plan.training(), null);
    }

    static FoldSplit fold(CaseIndex index) {
        return FoldSplit.of(index, 0);
    }

    static TrainingRun run(Plan plan, CaseIndex index, Progress progress) {
        return new TrainingRun(plan, fold(index), new TrainingRun.Limits(Device.cpu(), Optional.empty()), progress);
    }
}
