package org.septum.pipeline;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.metrics.Measurement;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.block.WeightSpec;

/** Scans, datasets and a model whose mask is known beforehand: every voxel brighter than {@link #THRESHOLD}. */
public final class Toys {

    /** Scans are 0 outside an ellipsoid and 200 in it. */
    public static final float THRESHOLD = 100;

    /** The classes of the toy model and datasets. */
    public static final ClassLabels LABELS = ClassLabels.of("background", "blob");

    /** Where toy volumes lie. */
    public static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(0.7, 0.9, 2.5);

    private static final String DESCRIPTION = """
            {"name": "Toys", "channel_names": {"0": "MRI"}, "labels": {"background": 0, "blob": 1},
             "file_ending": ".nii.gz"}""";

    private Toys() {
    }

    /** A volume with an ellipsoid that depends on the seed, and a little noise. */
    public static Scan scan(String name, long seed) {
        Random random = new Random(seed);
        double shift = random.nextInt(5) - 2;
        Img<FloatType> pixels = ArrayImgs.floats(23, 26, 11, 1);
        Cursor<FloatType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            double x = (at.getIntPosition(0) - 11 - shift) / 7;
            double y = (at.getIntPosition(1) - 13) / 8.0;
            double z = (at.getIntPosition(2) - 5) / 4.0;
            at.get().set((x * x + y * y + z * z < 1 ? 200 : 0) + random.nextInt(20));
        }
        return new Scan(name, pixels, GEOMETRY, Modality.MR, List.of());
    }

    /** The mask that the toy model gives for a scan. */
    public static LabelMask mask(Scan scan) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(scan.size(0), scan.size(1), scan.size(2));
        Cursor<UnsignedByteType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            float value = scan.pixels().getAt(at.getIntPosition(0), at.getIntPosition(1), at.getIntPosition(2), 0)
                    .get();
            at.get().set(value > THRESHOLD ? 1 : 0);
        }
        return new LabelMask(pixels, scan.geometry(), LABELS);
    }

    /** A mask's values, x fastest. */
    public static byte[] values(LabelMask mask) {
        byte[] values = new byte[(int) mask.pixels().size()];
        int[] n = { 0 };
        mask.pixels().view().flatIterable().forEach(v -> values[n[0]++] = (byte) v.get());
        return values;
    }

    /** Writes a dataset in nnU-Net's layout. */
    public static Path dataset(Path folder, int cases) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("dataset.json"), DESCRIPTION);
        for (int i = 0; i < cases; i++) {
            Scan scan = scan("case_" + i, i);
            NiftiScanWriter.write(scan, folder.resolve("imagesTr/case_" + i + "_0000.nii.gz"), false);
            new NiftiMaskWriter().write(mask(scan), folder.resolve("labelsTr/case_" + i + ".nii.gz"), false);
        }
        return folder;
    }

    /** Writes the toy model: one level, the first channel passed through, the head cuts at the threshold. */
    public static Path model(Path target) {
        IntensityNormalization hundreds = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null,
                0.0, (double) THRESHOLD);
        NetworkSpec network = NetworkSpec.unet(3, 1, 2, List.of(4), new NoAttention());
        TrainingPlan training = new TrainingPlan(2, 5, 2, 0.01, 0.9, 0, 0.5,
                new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, 0, 0, 0), 1);
        Plan plan = new Plan(Plan.VERSION, "Toys", Modality.MR, List.of("MRI"), LABELS, network, Plan.GridAxes.SCAN,
                List.of(Double.NaN, Double.NaN, Double.NaN), List.of(16, 12, 8), List.of(hundreds), training, Map.of());
        BundleWriter.write(Bundle.of(plan, threshold(network), ModelCard.of(plan)), target, false);
        return target;
    }

    /** A grey picture with a bright ellipse of known half axes in pixels, its centre at (60.3, 45.8). */
    public static BufferedImage picture(double semiX, double semiY, int bright) {
        BufferedImage picture = new BufferedImage(120, 90, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 90; y++) {
            for (int x = 0; x < 120; x++) {
                double u = (x - 60.3) / semiX;
                double v = (y - 45.8) / semiY;
                picture.getRaster().setSample(x, y, 0, u * u + v * v <= 1 ? bright : 0);
            }
        }
        return picture;
    }

    /** Writes the toy model, taught on 12 cases to predict the Dice of its masks; it finds that they are right. */
    public static Path calibrated(Path folder) throws IOException {
        Path target = folder.resolve("calibrated");
        CalibrateModel.run(
                new CalibrateModel.Request(model(folder.resolve("not calibrated")),
                        dataset(folder.resolve("cases"), 12), Optional.of(-1), 0, "cpu", target, false),
                Progress.SILENT);
        return target;
    }

    /** A toy model of pictures by the same rule, which measures the circumference of its class. */
    public static Bundle planarModel(Map<String, String> training) {
        IntensityNormalization hundreds = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null,
                0.0, (double) THRESHOLD);
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(4), new NoAttention());
        TrainingPlan settings = new TrainingPlan(2, 5, 2, 0.01, 0.9, 0, 0.5,
                new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, 0, 0, 0), 1);
        Plan plan = new Plan(Plan.VERSION, "pictures", Modality.US, List.of("grey"), LABELS, network,
                Plan.GridAxes.SCAN, List.of(Double.NaN, Double.NaN, Double.NaN), List.of(64, 48, 1), List.of(hundreds),
                settings, Map.of());
        ModelCard card = ModelCard.of(plan).withTraining(training)
                .withUse(ModelCard.Use.ANY.withMeasurements(List.of(Measurement.circumference("blob"))));
        return Bundle.of(plan, threshold(network), card);
    }

    private static NamedWeights threshold(NetworkSpec network) {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        network.graph().weights().forEach((name, spec) -> {
            float[] values = new float[(int) spec.size()];
            if (spec.role() == WeightSpec.Role.SCALE || spec.role() == WeightSpec.Role.RUNNING_VARIANCE) {
                Arrays.fill(values, 1);
            } else if (name.equals("head.weight")) {
                values[4] = 50;
            } else if (name.equals("head.bias")) {
                values[1] = -50;
            } else if (spec.role() == WeightSpec.Role.KERNEL) {
                values[network.dims() == 3 ? 13 : 4] = 1;
            }
            tensors.put(name, NamedWeights.Tensor.of(spec.shape(), values));
        });
        return new NamedWeights(tensors);
    }
}
