package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.Workspace;
import org.septum.infer.DjlEngine;
import org.septum.infer.Engine;
import org.septum.infer.MappedSegmentation;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

/** Grad-CAM of the sample model on a real scan, with ONNX Runtime and with PyTorch. */
@Tag("engine")
class GradCamSampleModelTest {

    private static final List<Path> FOLDERS = List.of(Path.of("shared"), Path.of("..", "shared"));

    private static Path scan() {
        Optional<Path> found = FOLDERS.stream().map(
                f -> f.resolve(Path.of("data", "Dataset004_Hippocampus", "imagesTr", "hippocampus_361_0000.nii.gz")))
                .filter(Files::exists).findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no hippocampus case 361 in shared/data here");
        return found.orElseThrow();
    }

    @Test
    void onePassGivesTheMaskOfASegmentationAndTheMapsOfPyTorch() {
        Workspace space = Workspace.ofHeap();
        Scan scan = ScanFiles.read(scan(), ReadOptions.DEFAULT, space);
        try (OpenBundle model = BundleReader.open(Path.of("sample-data", "models", "hippocampus"))) {
            for (GradCam.Place place : GradCam.Place.values()) {
                try (Engine both = GradCamEngine
                        .open(model.plan(), model.bundle().members(), List.of(1, 2), place, "cpu", Progress.SILENT)
                        .orElseThrow()) {
                    Segmenter segmenter = new Segmenter(both, SegmenterOptions.DEFAULT);
                    MappedSegmentation made = segmenter.segmentWithMaps(segmenter.prepare(scan, model.plan(), space), 2,
                            Progress.SILENT);
                    for (int label = 1; label <= 2; label++)
                        requireMapOfPyTorch(model, scan, label, place, Views.hyperSlice(made.maps(), 3, label - 1));
                    requireMaskOfSegmentation(model, scan, made.segmentation().mask());
                }
            }
        }
    }

    private static void requireMapOfPyTorch(OpenBundle model, Scan scan, int label, GradCam.Place place,
            RandomAccessibleInterval<FloatType> map) {
        try (MapEngine engine = GradCam.open(model.plan(), model.bundle().members(), label, place, "cpu")) {
            var expected = Views.hyperSlice(new Segmenter(engine, SegmenterOptions.DEFAULT).maps(scan, model.plan(),
                    Workspace.ofHeap(), 1, Progress.SILENT), 3, 0);
            float most = 0;
            for (FloatType value : expected)
                most = Math.max(most, value.get());
            assertThat(most).isPositive();
            var at = map.randomAccess();
            var cursor = Views.flatIterable(expected).localizingCursor();
            double worst = 0;
            while (cursor.hasNext()) {
                float value = cursor.next().get();
                worst = Math.max(worst, Math.abs(value - at.setPositionAndGet(cursor).get()) / most);
            }
            // behind the bottleneck lies the whole decoder, whose rounding errors add up
            assertThat(worst).as("class " + label + " at " + place)
                    .isLessThan(place == GradCam.Place.HALF ? 1e-4 : 5e-4);
        }
    }

    private static void requireMaskOfSegmentation(OpenBundle model, Scan scan, LabelMask mask) {
        try (DjlEngine plain = DjlEngine.open(model.onnx(), model.plan(), "cpu", Progress.SILENT)) {
            LabelMask expected = new Segmenter(plain, SegmenterOptions.DEFAULT).segment(scan, model.plan(),
                    Progress.SILENT);
            assertThat(labels(mask)).isEqualTo(labels(expected));
        }
    }

    private static List<Integer> labels(LabelMask mask) {
        Stream.Builder<Integer> all = Stream.builder();
        for (UnsignedByteType value : Views.flatIterable(mask.pixels()))
            all.add(value.get());
        return all.build().toList();
    }
}
