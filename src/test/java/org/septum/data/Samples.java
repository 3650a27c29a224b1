package org.septum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/** Scans whose values are a formula of the position, and plans that leave them as they are. */
final class Samples {

    static final TrainingPlan.AugmentationPlan OFF = new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, 0, 0,
            0);

    static final ClassLabels LABELS = ClassLabels.of("background", "core", "rim");

    static final IntensityNormalization AS_IT_IS = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null,
            null, 0.0, 1.0);

    /** A value at every voxel. */
    @FunctionalInterface
    interface Field {

        double at(long x, long y, long z);
    }

    private Samples() {
    }

    static Scan scan(String name, ScanGeometry geometry, List<Long> size, Field... channels) {
        Img<FloatType> pixels = ArrayImgs.floats(size.get(0), size.get(1), size.get(2), channels.length);
        Cursor<FloatType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            at.get().set((float) channels[at.getIntPosition(3)].at(at.getLongPosition(0), at.getLongPosition(1),
                    at.getLongPosition(2)));
        }
        return new Scan(name, pixels, geometry, Modality.MR, List.of());
    }

    static LabelMask mask(ScanGeometry geometry, List<Long> size, ClassLabels labels, Field field) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(size.get(0), size.get(1), size.get(2));
        Cursor<UnsignedByteType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            at.get().set((int) field.at(at.getLongPosition(0), at.getLongPosition(1), at.getLongPosition(2)));
        }
        return new LabelMask(pixels, geometry, labels);
    }

    static TrainingPlan training(double foregroundShare, TrainingPlan.AugmentationPlan augmentation) {
        return new TrainingPlan(2, 10, 5, 0.01, 0.9, 1e-4, foregroundShare, augmentation, 7);
    }

    /** One level, no resampling, intensities as they are. */
    static Plan plan(int dims, int channels, List<Integer> patch, TrainingPlan training) {
        double nan = Double.NaN;
        return new Plan(Plan.VERSION, "test", Modality.MR, Collections.nCopies(channels, "grey"), LABELS,
                NetworkSpec.unet(dims, channels, LABELS.count(), List.of(4), new NoAttention()), Plan.GridAxes.SCAN,
                List.of(nan, nan, nan), patch, Collections.nCopies(channels, AS_IT_IS), training, null);
    }

    /** Empty files: a dataset whose names alone are looked at. */
    static void touch(Path folder, String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.createFile(folder.resolve(name));
        }
    }
}
