package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.PostProcessingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

@Tag("engine")
class BundleRoundTripTest {

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void chooseAName() {
        model = folder.resolve("model");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({ "2, none, model", "3, eca, model", "2, eca, model.zip", "3, none, model.ZIP" })
    void readsBackWhatItWrote(int dims, String attention, String name) throws IOException {
        Bundle bundle = new Bundle(Models.bundle(dims, attention).plan(), Models.bundle(dims, attention).weights(),
                Models.bundle(dims, attention).card(), Map.of("receipt.json", "{\"flops\": 0.5}"));
        BundleWriter.write(bundle, folder.resolve(name), false);

        assertThat(BundleReader.read(folder.resolve(name))).isEqualTo(bundle);
        assertThat(names(folder)).as("nothing is left aside").containsExactly(name);
    }

    @Test
    void holdsTheFilesOfABioimageIoPackage() throws IOException {
        BundleWriter.write(Models.bundle(3, "eca"), model, false);

        assertThat(names(model)).containsExactlyInAnyOrder("rdf.yaml", "weights.onnx", "weights.safetensors",
                "plan.json", "README.md", "test_input.npy", "test_output.npy");
        JsonNode rdf = new YAMLMapper().readTree(model.resolve("rdf.yaml").toFile());
        assertThat(rdf.at("/outputs/0/axes/1/channel_names").toString())
                .isEqualTo("[\"background\",\"left ventricle\",\"wall\"]");
        assertThat(rdf.at("/inputs/0/axes/2/size").asInt()).as("z of the patch, as ECA pools over the tile")
                .isEqualTo(12);
        assertThat(rdf.at("/config/septum/spacing").toString()).isEqualTo("[0.7,0.9,2.5]");
        assertThat(Files.readString(model.resolve("README.md"))).contains("Not a medical device",
                "| wall | Dice | 0.810 |  | 0.070 | 4 | fold 0 validation |", "not measurable", "Licence: CC-BY-SA-4.0",
                "Phantom data by Example et al.");
        assertThat(NpyFile.read(model.resolve("test_input.npy")).shape()).containsExactly(1L, 2L, 12L, 32L, 40L);
    }

    @Test
    void theReadmeSaysWhatIsDoneToMasks() {
        Bundle bundle = Models.bundle(3, "eca");
        Bundle largest = Bundle.of(bundle.plan().withPostProcessing(PostProcessingPlan.largestPart(List.of(2), 3), "-"),
                Models.weights(bundle.plan().network(), 11), bundle.card());

        assertThat(ModelReadme.of(bundle)).doesNotContain("largest connected part", "2.5D");
        assertThat(ModelReadme.of(largest)).contains("Of wall Septum keeps only the largest connected part");
    }

    @Test
    void keepsTheTestTensorsOfAnyNormalization() throws IOException {
        IntensityNormalization ct = new IntensityNormalization(IntensityNormalization.Kind.DATASET, -160d, 240d, 40d,
                80d);
        IntensityNormalization scan = IntensityNormalization.perScan();
        for (List<IntensityNormalization> norms : List.of(List.of(ct, ct), List.of(ct, scan))) {
            Plan plan = Models.plan(2, "none", norms);
            NamedWeights weights = Models.weights(plan.network(), 2);
            BundleWriter.write(Bundle.of(plan, weights, ModelCard.of(plan)), model, true);

            NamedWeights.Tensor input = NpyFile.read(model.resolve("test_input.npy"));
            NamedWeights.Tensor normalized = new Preprocessing(plan).apply(input);

            assertThat(TestTensors.difference(NpyFile.read(model.resolve("test_output.npy")),
                    TestTensors.probabilities(model.resolve("weights.onnx"), normalized))).isLessThan(1e-4);
            assertThat(new Preprocessing(plan).steps()).hasSize(norms.contains(scan) ? 0 : 2);
        }
    }

    @Test
    void aNetworkThatSeesTheSlicesBesideHasAnInputForEach() throws IOException {
        IntensityNormalization ct = new IntensityNormalization(IntensityNormalization.Kind.DATASET, -160d, 240d, 40d,
                80d);
        Plan flat = Models.plan(2, "eca", List.of(ct, IntensityNormalization.perScan()));
        NetworkSpec spec = new NetworkSpec(2, 6, 3, flat.network().encoder(), flat.network().attention(),
                flat.network().stages());
        Plan plan = new Plan(flat.version(), flat.dataset(), flat.modality(), flat.channels(), flat.labels(), spec,
                flat.grid(), flat.spacing(), flat.size(), flat.patch(), flat.normalization(), flat.training(), null,
                flat.reasons(), List.of(-1, 0, 1), null);
        Bundle bundle = Bundle.of(plan, Models.weights(spec, 2), ModelCard.of(plan));
        BundleWriter.write(bundle, model, false);
        assertThat(BundleReader.read(model)).isEqualTo(bundle);
        JsonNode rdf = new YAMLMapper().readTree(model.resolve("rdf.yaml").toFile());
        assertThat(rdf.at("/inputs/0/axes/1/channel_names").toString())
                .isEqualTo("[\"T1, slice -1\",\"T2, slice -1\"," + "\"T1\",\"T2\",\"T1, slice +1\",\"T2, slice +1\"]");
        assertThat(NpyFile.read(model.resolve("test_input.npy")).shape().get(1)).isEqualTo(6);
    }

    @Test
    void writesEqualBytesForEqualModels() throws IOException {
        BundleWriter.write(Models.bundle(2, "none"), folder.resolve("a.zip"), false);
        BundleWriter.write(Models.bundle(2, "none"), folder.resolve("b.zip"), false);

        assertThat(folder.resolve("a.zip")).hasSameBinaryContentAs(folder.resolve("b.zip"));
    }

    @Test
    void hasTheSameHashAsFolderAndZipAndDeletesWhatItUnpacked() {
        BundleWriter.write(Models.bundle(2, "none"), model, false);
        BundleWriter.write(Models.bundle(2, "none"), folder.resolve("m.zip"), false);
        Path unpacked;
        try (OpenBundle a = BundleReader.open(model);
                OpenBundle b = BundleReader.open(folder.resolve("m.zip"))) {
            assertThat(a.hash()).hasSize(64).isEqualTo(b.hash());
            unpacked = b.onnx();
            assertThat(unpacked).exists().hasSameBinaryContentAs(a.onnx());
        }
        assertThat(unpacked.getParent()).doesNotExist();
        assertThat(model.resolve("weights.onnx")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = { "weights.onnx", "weights.safetensors", "plan.json", "README.md", "test_output.npy" })
    void refusesAFileWithOneByteChanged(String name) throws IOException {
        BundleWriter.write(Models.bundle(2, "none"), model, false);
        byte[] bytes = Files.readAllBytes(model.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(model.resolve(name), bytes);

        assertThatThrownBy(() -> BundleReader.open(model)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(name).hasMessageContaining("SHA-256").hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "weights.onnx", "rdf.yaml" })
    void refusesAModelWithAFileMissing(String name) throws IOException {
        BundleWriter.write(Models.bundle(2, "none"), model, false);
        Files.delete(model.resolve(name));

        assertThatThrownBy(() -> BundleReader.open(model)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(name + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = { "../evil.txt", "/evil.txt", "a/b.txt", "..\\evil.txt", "C:evil.txt", ".." })
    void refusesAZipWhoseEntriesLeaveTheFolder(String entry) throws IOException {
        Path zip = zip(Map.of(entry, "x"));

        assertThatThrownBy(() -> BundleReader.open(zip)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("not a plain file name");
    }

    @Test
    void refusesAZipThatUnpacksToTooMuch() throws IOException {
        Path zip = zip(Map.of("zeros", "0".repeat(100_000)));

        assertThatThrownBy(() -> BundleZip.check(zip, 99_999)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("unpacks to 100000 bytes; allowed: 99999");
        assertThatThrownBy(() -> BundleZip.extract(zip, Files.createDirectory(model), List.of("zeros"), 99_999))
                .isInstanceOf(SeptumException.class).hasMessageContaining("more than the allowed 99999 bytes");
    }

    private Path zip(Map<String, String> entries) throws IOException {
        Path zip = folder.resolve("evil.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, String> e : new LinkedHashMap<>(entries).entrySet()) {
                out.putNextEntry(new ZipEntry(e.getKey()));
                out.write(e.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return zip;
    }

    @ParameterizedTest
    @ValueSource(strings = { "- a\n- b", "type: dataset", "type: model\nformat_version: 0.4.10",
            "type: model\nformat_version: 0.5.3", "{", "a: !!javax.script.ScriptEngineManager []",
            "type: model\nformat_version: 0.5.3\nconfig: {septum: {version: 99}}",
            "type: model\nformat_version: 0.5.3\nconfig: {septum: {sha256: {../x: aa}}}",
            "type: model\nformat_version: 0.5.3\nconfig: {septum: {version: 1}}" })
    void refusesADescriptionThatIsNotOfAModelOfItsOwn(String rdf) throws IOException {
        Files.createDirectory(model);
        Files.writeString(model.resolve("rdf.yaml"), rdf);

        assertThatThrownBy(() -> BundleReader.open(model)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("not a usable model").hasMessageNotContaining("\n");
    }

    @Test
    void refusesAFileThatIsNoZip() throws IOException {
        Files.writeString(model, "no zip");

        assertThatThrownBy(() -> BundleReader.open(model)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("neither a folder nor a readable zip");
    }

    @Test
    void overwritesOnlyAModelAndOnlyWhenAsked() throws IOException {
        BundleWriter.write(Models.bundle(2, "none"), model, false);
        assertThatThrownBy(() -> BundleWriter.write(Models.bundle(2, "eca"), model, false))
                .isInstanceOf(SeptumException.class).hasMessageContaining("exists");
        assertThat(BundleReader.read(model)).isEqualTo(Models.bundle(2, "none"));

        BundleWriter.write(Models.bundle(2, "eca"), model, true);
        assertThat(BundleReader.read(model)).isEqualTo(Models.bundle(2, "eca"));
        assertThat(names(folder)).containsExactly("model");

        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Files.writeString(pictures.resolve("holiday.txt"), "x");
        assertThatThrownBy(() -> BundleWriter.write(Models.bundle(2, "none"), pictures, true))
                .isInstanceOf(SeptumException.class).hasMessageContaining("other things");
        assertThat(pictures.resolve("holiday.txt")).exists();
    }

    @Test
    void refusesWeightsThatGiveNoNumbers() {
        Bundle good = Models.bundle(2, "none");
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>(good.weights().tensors());
        NamedWeights.Tensor bias = tensors.get("head.bias");
        tensors.put("head.bias", NamedWeights.Tensor.of(bias.shape(), new float[] { Float.NaN, 0, 0 }));
        Bundle bad = Bundle.of(good.plan(), new NamedWeights(tensors), good.card());

        assertThatThrownBy(() -> BundleWriter.write(bad, model, false)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("not finite");
        assertThat(folder).isEmptyDirectory();
    }
}
