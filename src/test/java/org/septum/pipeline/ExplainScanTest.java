package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.explain.Calibration;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.EcaAttention;

class ExplainScanTest {

    private static ExplainScan.Request request(Path folder) {
        Path file = folder.resolve("toy.nii.gz");
        NiftiScanWriter.write(Toys.scan("toy", 1), file, true);
        return ExplainScan.Request.of(List.of(file), Toys.model(folder.resolve("model")), folder.resolve("why"));
    }

    @Test
    void mapsLieOnTheScanAndThePageWarns(@TempDir Path folder) throws IOException {
        ExplainScan.ScanResult result = ExplainScan.run(
                request(folder).withMaps(List.of(ExplainScan.Kind.GRADCAM, ExplainScan.Kind.ENTROPY)).withCheck(true),
                Progress.SILENT).get(0);
        assertThat(result.problem()).isEmpty();
        assertThat(result.files()).extracting(f -> f.getFileName().toString()).containsExactly("toy.html",
                "toy_gradcam_blob.nii.gz", "toy_gradcam_blob.png", "toy_entropy.nii.gz", "toy_entropy.png");
        Scan scan = Toys.scan("toy", 1);
        Scan map = ScanFiles.read(result.files().get(1));
        assertThat(map.shape()).isEqualTo(scan.shape());
        assertThat(map.geometry().isCloseTo(scan.geometry(), 1e-4)).isTrue();
        // the toy network looks at brightness alone: bright voxels are hotter than dark ones
        assertThat(map.pixels().getAt(11, 13, 5, 0).get()).isGreaterThan(10 * map.pixels().getAt(0, 0, 0, 0).get());
        // it is certain but where the brightness is that of the threshold, and so are its promises
        assertThat(result.expectedDice()).isGreaterThan(0.999);
        assertThat(result.entropy()).isLessThan(0.01);
        assertThat(result.agreement()).isNaN();
        assertThat(result.checks().get("blob").insertion())
                .isGreaterThan(result.checks().get("blob").randomInsertion());
        assertThat(Files.readString(result.files().get(0))).contains("are not proof").contains("data:image/png")
                .doesNotContain("src=\"http");
        assertThat(ImageIO.read(result.files().get(2).toFile()).getWidth()).isPositive();
    }

    @Test
    void whatTheModelLacksIsSaidBeforeAnythingRuns(@TempDir Path folder) {
        ExplainScan.Request request = request(folder);
        assertThatThrownBy(
                () -> ExplainScan.run(request.withMaps(List.of(ExplainScan.Kind.ATTENTION)), Progress.SILENT))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("no attention");
        assertThatThrownBy(() -> ExplainScan.run(request.withMirrors(true), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("without mirrored");
        assertThatThrownBy(
                () -> ExplainScan.run(new ExplainScan.Request(request.inputs(), request.model(), request.output(),
                        request.maps(), "liver", request.place(), false, false, "cpu", 0.5, false), Progress.SILENT))
                                .isInstanceOf(SeptumException.class).hasMessageContaining("liver")
                                .hasMessageContaining("blob");
        assertThat(request.output()).doesNotExist();
    }

    /** The region is at one end of the scan, and the toy network's map is warm where that tile's logits are. */
    @Test
    void aRegionIsExplainedByTheTilesThatShowIt(@TempDir Path folder) {
        ExplainScan.Request request = request(folder).withMaps(List.of(ExplainScan.Kind.GRADCAM));
        Scan near = map(request.withRegion(VoxelBox.parse("9,12,5")));
        // tiles of 16 × 12 × 8 voxels of a scan of 23 × 26 × 11: none with the voxel reaches the far corner
        assertThat(near.pixels().getAt(22, 25, 10, 0).get()).isZero();
        assertThat(near.pixels().getAt(10, 12, 5, 0).get()).isPositive();
        assertThatThrownBy(
                () -> request.withMaps(List.of(ExplainScan.Kind.ENTROPY)).withRegion(VoxelBox.parse("1,2,3")))
                        .hasMessageContaining("gradcam");
        assertThat(ExplainScan.run(
                new ExplainScan.Request(request.inputs(), request.model(), folder.resolve("out"), request.maps(), "",
                        request.place(), false, false, "cpu", 0.5, false).withRegion(VoxelBox.parse("1,2,3,99,3,4")),
                Progress.SILENT).get(0).problem()).contains("23×26×11");
    }

    private static Scan map(ExplainScan.Request request) {
        ExplainScan.ScanResult result = ExplainScan.run(request, Progress.SILENT).get(0);
        assertThat(result.problem()).isEmpty();
        return ScanFiles.read(result.files().get(1));
    }

    @Test
    void voxelsAreThreeNumbersOrSix() {
        assertThat(VoxelBox.parse("1,2,3")).isEqualTo(new VoxelBox(List.of(1L, 2L, 3L), List.of(1L, 2L, 3L)));
        assertThat(VoxelBox.parse("1,2,3,4,5,6").words()).isEqualTo("voxels 1,2,3 to 4,5,6");
        for (String wrong : List.of("", "1,2", "1,2,3,4", "a,b,c", "-1,2,3"))
            assertThatThrownBy(() -> VoxelBox.parse(wrong)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("x,y,z");
    }

    @Test
    void severalScansHaveAListAndTheOneToLookAtStandsInFront(@TempDir Path folder) throws IOException {
        for (int i = 0; i < 2; i++)
            NiftiScanWriter.write(Toys.scan("s" + i, i), folder.resolve("scans/s" + i + ".nii.gz"), false);
        Files.writeString(folder.resolve("scans/s2.nii.gz"), "no scan");
        ExplainScan.Request request = ExplainScan.Request
                .of(List.of(folder.resolve("scans")), Toys.model(folder.resolve("model")), folder.resolve("why"))
                .withMaps(List.of(ExplainScan.Kind.ENTROPY)).withJudgement(false, true);
        assertThat(ExplainScan.run(request, Progress.SILENT)).hasSize(3);
        String page = Files.readString(folder.resolve("why/index.html"));
        assertThat(page).contains("href=\"./s0.html\"").contains("are not proof").contains("failed: ");
        assertThat(page.indexOf("failed: ")).isLessThan(page.indexOf("s0.html"));
    }

    @Test
    void networksAreComparedOfAnEnsembleOnly(@TempDir Path folder) throws IOException {
        ExplainScan.Request request = request(folder).withMaps(List.of(ExplainScan.Kind.ENTROPY)).withJudgement(true,
                false);
        assertThatThrownBy(() -> ExplainScan.run(request, Progress.SILENT)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("one network").hasMessageContaining("--fold all");
        Path twins = folder.resolve("twins");
        try (OpenBundle open = BundleReader.open(request.model())) {
            Bundle one = open.bundle();
            NamedWeights weights = one.members().get(0);
            BundleWriter.write(new Bundle(one.plan(), List.of(weights, weights), one.card(), Map.of()), twins, false);
        }
        ExplainScan.ScanResult result = ExplainScan
                .run(new ExplainScan.Request(request.inputs(), twins, request.output(), request.maps(), "",
                        request.place(), false, false, "cpu", 0.5, false).withJudgement(true, false), Progress.SILENT)
                .get(0);
        assertThat(result.problem()).isEmpty();
        assertThat(result.networks()).isEqualTo(1);
    }

    @Test
    void gatesOfChannelsAreNumbersOfTheScan(@TempDir Path folder) throws IOException {
        ExplainScan.Request request = request(folder).withMaps(List.of(ExplainScan.Kind.ATTENTION));
        NetworkSpec network = NetworkSpec.unet(3, 1, 2, List.of(4), new EcaAttention(3));
        Path gated = folder.resolve("gated");
        try (OpenBundle open = BundleReader.open(request.model())) {
            Plan plan = open.plan();
            Plan other = new Plan(Plan.VERSION, "Toys", Modality.MR, plan.channels(), plan.labels(), network,
                    plan.grid(), plan.spacing(), plan.patch(), plan.normalization(), plan.training(), Map.of());
            BundleWriter.write(Bundle.of(other, NamedWeights.initial(network.graph(), 1), ModelCard.of(other)), gated,
                    false);
        }
        ExplainScan.ScanResult result = ExplainScan
                .run(new ExplainScan.Request(request.inputs(), gated, request.output(), request.maps(), "",
                        request.place(), false, false, "cpu", 0.5, false), Progress.SILENT)
                .get(0);
        assertThat(result.weights()).isNotEmpty()
                .allSatisfy((layer, gates) -> assertThat(gates).hasSize(4).allMatch(g -> g > 0 && g < 1));
    }

    @Test
    void aCalibrationTravelsWithTheModel(@TempDir Path folder) throws IOException {
        Path output = folder.resolve("calibrated");
        CalibrateModel.Result result = CalibrateModel.run(new CalibrateModel.Request(Toys.model(folder.resolve("m")),
                Toys.dataset(folder.resolve("data"), 3), Optional.of(-1), 2, "cpu", output, false), Progress.SILENT);
        assertThat(result.problems()).isEmpty();
        assertThat(result.split()).startsWith("2 of ");
        assertThat(result.calibration().cases()).isEqualTo(2);
        try (OpenBundle open = BundleReader.open(output)) {
            assertThat(Calibration.of(open.bundle())).contains(result.calibration());
        }
    }

    /** Two volumes, the second of another blob: each phase has the maps of the file that holds it alone. */
    @Test
    void aPhaseIsChosenOrEachIsExplained(@TempDir Path folder) throws IOException {
        List<Scan> phases = List.of(Toys.scan("a", 1), Toys.scan("b", 2));
        Path file = series(phases, folder.resolve("cine.nrrd"));
        ExplainScan.Request request = ExplainScan.Request
                .of(List.of(file), Toys.model(folder.resolve("model")), folder.resolve("why"))
                .withMaps(List.of(ExplainScan.Kind.ENTROPY));
        assertThat(ExplainScan.run(request, Progress.SILENT).get(0).problem())
                .contains(
                        "2 phases")
                .contains("--phase 1")
                .isEqualTo(SegmentScans
                        .run(SegmentScans.Request.of(request.inputs(), request.model(), folder.resolve("masks")),
                                Progress.SILENT)
                        .scans().get(0).problem());
        List<ExplainScan.ScanResult> each = ExplainScan.run(request.withChoice(ReadOptions.DEFAULT, true),
                Progress.SILENT);
        assertThat(each).extracting(ExplainScan.ScanResult::name).containsExactly("cine_phase01", "cine_phase02");
        for (int k = 0; k < each.size(); k++) {
            Path alone = folder.resolve("alone" + k + ".nii.gz");
            NiftiScanWriter.write(phases.get(k), alone, false);
            assertThat(entropy(each.get(k)))
                    .isEqualTo(entropy(ExplainScan.run(of(request, alone), Progress.SILENT).get(0)));
        }
        assertThat(entropy(each.get(0))).isNotEqualTo(entropy(each.get(1)));
        Path second = folder.resolve("second");
        ExplainScan.Request chosen = new ExplainScan.Request(request.inputs(), request.model(), second, request.maps(),
                "", request.place(), false, false, "cpu", 0.5, false);
        assertThat(entropy(
                ExplainScan.run(chosen.withChoice(ReadOptions.DEFAULT.withPhase(2), false), Progress.SILENT).get(0)))
                        .isEqualTo(entropy(each.get(1)));
    }

    @Test
    void aSeriesPhaseOrLevelThatIsNotThereConcernsThatScanOnly(@TempDir Path folder) throws IOException {
        Path file = series(List.of(Toys.scan("a", 1), Toys.scan("b", 2)), folder.resolve("cine.nrrd"));
        ExplainScan.Request request = of(request(folder).withMaps(List.of(ExplainScan.Kind.ENTROPY)), file);
        for (ReadOptions wrong : List.of(ReadOptions.DEFAULT.withPhase(3), ReadOptions.DEFAULT.withSeries("7"),
                ReadOptions.DEFAULT.withPhase(1).withLevel(1))) {
            ExplainScan.ScanResult result = ExplainScan.run(request.withChoice(wrong, false), Progress.SILENT).get(0);
            assertThat(result.problem()).isEqualTo(
                    SegmentScans.run(SegmentScans.Request.of(request.inputs(), request.model(), folder.resolve("masks"))
                            .withChoice(wrong, false), Progress.SILENT).scans().get(0).problem())
                    .isNotEmpty();
        }
    }

    private static ExplainScan.Request of(ExplainScan.Request request, Path file) {
        return new ExplainScan.Request(List.of(file), request.model(), request.output(), request.maps(), "",
                request.place(), false, false, "cpu", 0.5, false);
    }

    private static List<Float> entropy(ExplainScan.ScanResult result) {
        assertThat(result.problem()).isEmpty();
        List<Float> values = new ArrayList<>();
        ScanFiles.read(result.files().get(1)).pixels().view().flatIterable().forEach(v -> values.add(v.get()));
        return values;
    }

    /** Writes scans as the volumes of one file. */
    private static Path series(List<Scan> phases, Path file) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(phases.size() * (int) phases.get(0).pixels().size() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Scan phase : phases)
            phase.pixels().view().flatIterable().forEach(v -> values.putFloat(v.get()));
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(("NRRD0004\ntype: float\ndimension: 4\nsizes: 23 26 11 " + phases.size()
                    + "\nspace: LPS\nspace directions: (0.7,0,0) (0,0.9,0) (0,0,2.5) none\nspace origin: (0,0,0)\n"
                    + "endian: little\nencoding: raw\n\n").getBytes(StandardCharsets.US_ASCII));
            out.write(values.array());
        }
        return file;
    }
}
