package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.google.protobuf.ByteString;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.FileTree;
import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;

/** One hostile or damaged model of each kind, and what must be said of it. */
@Tag("engine")
class HostileBundleTest {

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    /** Makes a good model at a path bad; returns the path to open. */
    private interface Attack {

        Path on(Path model) throws IOException;
    }

    private interface GraphChange {

        void on(OnnxMl.ModelProto.Builder model);
    }

    @BeforeAll
    static void writeAGoodModel() {
        BundleWriter.write(Models.bundle(2, "none"), shared.resolve("good"), false);
    }

    private static Arguments attack(String name, Attack attack, String... words) {
        return Arguments.of(name, attack, words);
    }

    private static Path zip(Path model, Map<String, byte[]> more) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (Stream<Path> list = Files.list(model)) {
            for (Path file : list.sorted().toList())
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        files.putAll(more);
        Path zip = model.resolveSibling("model.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> e : files.entrySet()) {
                out.putNextEntry(new ZipEntry(e.getKey()));
                out.write(e.getValue());
            }
        }
        return zip;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Changes bytes of the first directory entry of a zip with this name. */
    private static Path patched(Path zip, String name, int offset, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(zip)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.limit() - 46; at++) {
            int length = bytes.getShort(at + 28);
            if (bytes.getInt(at) == 0x02014b50 && length == name.length()
                    && new String(bytes.array(), at + 46, length, StandardCharsets.UTF_8).equals(name)) {
                bytes.putInt(at + offset, value);
                break;
            }
        }
        return Files.write(zip, bytes.array());
    }

    private static Path rdf(Path model, String find, String replacement) throws IOException {
        String text = Files.readString(model.resolve("rdf.yaml"));
        assertThat(text).contains(find);
        Files.writeString(model.resolve("rdf.yaml"), text.replace(find, replacement));
        return model;
    }

    /** Changes a file and the hashes of it in rdf.yaml. */
    private static Path file(Path model, String name, byte[] bytes) throws IOException {
        String before = FileHashes.sha256(model.resolve(name));
        Files.write(model.resolve(name), bytes);
        return rdf(model, before, FileHashes.sha256(model.resolve(name)));
    }

    private static Path graph(Path model, GraphChange change) throws IOException {
        OnnxMl.ModelProto.Builder proto;
        try (InputStream in = Files.newInputStream(model.resolve("weights.onnx"))) {
            proto = OnnxMl.ModelProto.parseFrom(in).toBuilder();
        }
        change.on(proto);
        return file(model, "weights.onnx", proto.build().toByteArray());
    }

    private static OnnxMl.TensorProto.Builder firstWeight(OnnxMl.ModelProto.Builder model) {
        return model.getGraphBuilder().getInitializerBuilder(0);
    }

    private static void outside(OnnxMl.ModelProto.Builder model, String location) {
        firstWeight(model).clearRawData().setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL).addExternalData(
                OnnxMl.StringStringEntryProto.newBuilder().setKey("location").setValue(location).build());
    }

    private static OnnxMl.GraphProto nested(int depth) {
        OnnxMl.NodeProto.Builder node = OnnxMl.NodeProto.newBuilder().setOpType("Identity").addInput("input")
                .addOutput("deep" + depth);
        if (depth > 0) {
            node.addAttribute(OnnxMl.AttributeProto.newBuilder().setName("body")
                    .setType(OnnxMl.AttributeProto.AttributeType.GRAPH).setG(nested(depth - 1)));
        }
        return OnnxMl.GraphProto.newBuilder().addNode(node)
                .addOutput(OnnxMl.ValueInfoProto.newBuilder().setName("deep" + depth)).build();
    }

    private static void nest(OnnxMl.ModelProto.Builder model, int depth) {
        model.getGraphBuilder().getNodeBuilder(0).addAttribute(OnnxMl.AttributeProto.newBuilder().setName("body")
                .setType(OnnxMl.AttributeProto.AttributeType.GRAPH).setG(nested(depth)));
    }

    private static OnnxMl.FunctionProto function(String name, String calls) {
        return OnnxMl.FunctionProto.newBuilder().setName(name).setDomain("d").addInput("x")
                .addNode(OnnxMl.NodeProto.newBuilder().setOpType(calls).setDomain("d").addInput("x").addOutput("y"))
                .build();
    }

    static Stream<Arguments> packages() {
        return Stream.of(
                attack("zip slip", m -> zip(m, Map.of("../evil.txt", utf8("x"))), "\"../evil.txt\"",
                        "not a plain file name"),
                attack("device name", m -> zip(m, Map.of("NUL.txt", utf8("x"))), "\"NUL.txt\"", "plain file name"),
                attack("two entries of one name", m -> zip(m, Map.of("RDF.yaml", utf8("x"))), "two entries"),
                attack("too many entries", m -> {
                    Map<String, byte[]> many = new LinkedHashMap<>();
                    for (int i = 0; i < 100; i++)
                        many.put("f" + i, new byte[0]);
                    return zip(m, many);
                }, "has 107 entries; allowed: 100"),
                attack("zip bomb by ratio", m -> zip(m, Map.of("zeros", new byte[80 << 20])), "like a zip bomb",
                        "allowed: 100 times"),
                attack("zip bomb by size", m -> patched(zip(m, Map.of()), "README.md", 24, -2), "unpacks to 4",
                        "allowed: 4294967296"),
                attack("zip bomb by overlap", m -> patched(zip(m, Map.of()), "plan.json", 42, 0),
                        "shares bytes with another"),
                attack("link in a zip",
                        m -> patched(patched(zip(m, Map.of()), "plan.json", 38, 0xa1ff << 16), "plan.json", 4,
                                20 | 3 << 8 | 20 << 16),
                        "\"plan.json\" is a symbolic link"),
                attack("encrypted entry", m -> patched(zip(m, Map.of()), "plan.json", 8, 1 | 8 << 16), "is encrypted"),
                attack("link in a folder", m -> {
                    Path secret = Files.move(m.resolve("plan.json"), m.resolveSibling("secret"));
                    Files.createSymbolicLink(m.resolve("plan.json"), secret);
                    return m;
                }, "plan.json is a link that leads out"), attack("wrong hash", m -> {
                    Files.writeString(m.resolve("README.md"), "other");
                    return m;
                }, "README.md was changed", "SHA-256"), attack("YAML bomb", m -> {
                    Files.writeString(m.resolve("rdf.yaml"),
                            "type: model\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n");
                    return zip(m, Map.of());
                }, "rdf.yaml", "repeats \"a\" by a reference in line 3"), attack("deep YAML", m -> {
                    Files.writeString(m.resolve("rdf.yaml"), "type: model\na: " + "[".repeat(40) + "]".repeat(40));
                    return m;
                }, "more than 30 levels deep"), attack("large YAML", m -> {
                    Files.writeString(m.resolve("rdf.yaml"), "type: model\n#" + " ".repeat(5 << 20));
                    return zip(m, Map.of());
                }, "rdf.yaml has more than 4194304 bytes"),
                attack("key twice", m -> rdf(m, "type: \"model\"", "type: \"model\"\ntype: \"model\""), "rdf.yaml",
                        "uplicate"),
                attack("absurd size", m -> rdf(m, "min: 32", "min: 9999999999"),
                        "inputs[0].axes[2].size.min is 9999999999; allowed: a whole number from 1 to 65536"),
                attack("absurd tensor", m -> rdf(m, "min: 32", "min: 65536"), "inputs[0] is a tensor of 4.29e+09"),
                attack("weights that are no numbers", m -> {
                    byte[] bytes = Files.readAllBytes(m.resolve("weights.safetensors"));
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
                    return file(m, "weights.safetensors", bytes);
                }, "weights.safetensors", "holds NaN"),
                attack("huge safetensors shape", m -> file(m, "weights.safetensors", safetensors()),
                        "tensor a of shape [2147483647, 2147483647]"),
                attack("file outside", m -> rdf(m, "source: \"weights.onnx\"", "source: \"../weights.onnx\""),
                        "\"../weights.onnx\""));
    }

    private static byte[] safetensors() {
        byte[] header = utf8("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647],\"data_offsets\":[0,4]}}");
        return ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
                .put(header).array();
    }

    static Stream<Arguments> graphs() {
        return Stream.of(attack("no protobuf", m -> file(m, "weights.onnx", utf8("no network")), "is not an ONNX file"),
                attack("empty graph", m -> graph(m, p -> p.getGraphBuilder().clearNode()), "holds no network"),
                attack("huge shape", m -> graph(m, p -> firstWeight(p).clearDims().addDims(1L << 40).addDims(1L << 40)),
                        "has the shape [1099511627776, 1099511627776]", "allowed: up to"),
                attack("negative shape", m -> graph(m, p -> firstWeight(p).setDims(0, -1)), "has the shape [-1"),
                attack("shape without bytes", m -> graph(m, p -> firstWeight(p).setDims(0, 1000)), "which needs"),
                attack("weights that are no numbers",
                        m -> graph(m,
                                p -> firstWeight(p).clearDims().addDims(1).setRawData(
                                        ByteString.copyFrom(Safetensors.littleEndian(new float[] { Float.NaN })))),
                        "NaN"),
                attack("huge axis",
                        m -> graph(m,
                                p -> p.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder()
                                        .getShapeBuilder().getDimBuilder(2).setDimValue(1L << 50)),
                        "\"input\" has an axis of 1125899906842624"),
                attack("tensor out of nothing",
                        m -> graph(m, p -> p.getGraphBuilder()
                                .addInitializer(OnnxTensors.integers("sizes", java.util.List.of(1L << 20, 1L << 20)))
                                .addNode(OnnxMl.NodeProto.newBuilder().setOpType("ConstantOfShape").addInput("sizes")
                                        .addOutput("big"))),
                        "ConstantOfShape", "[1048576, 1048576]"),
                attack("external data above", m -> graph(m, p -> outside(p, "../../secret")), "\"../../secret\"",
                        "outside the model's folder"),
                attack("external data anywhere", m -> graph(m, p -> outside(p, "/etc/passwd")), "\"/etc/passwd\""),
                attack("external data too short", m -> {
                    Files.writeString(m.resolve("few.bin"), "12");
                    return graph(m, p -> outside(p, "few.bin"));
                }, "bytes at byte 0 of few.bin, which has 2"),
                attack("deep graphs", m -> graph(m, p -> nest(p, 9)), "graphs in graphs, more than 8 deep"),
                attack("very deep graphs", m -> graph(m, p -> nest(p, 25)), "not an ONNX file", "nesting"),
                attack("function that calls itself", m -> graph(m, p -> p.addFunctions(function("f", "f"))),
                        "\"f\" calls itself"),
                attack("functions that call each other",
                        m -> graph(m, p -> p.addFunctions(function("f", "g")).addFunctions(function("g", "f"))),
                        "calls itself"),
                attack("graph that feeds itself", m -> graph(m, p -> {
                    String last = p.getGraph().getOutput(0).getName();
                    p.getGraphBuilder().getNodeBuilder(0).setInput(0, last);
                }), "reads \"probabilities\"", "feeds itself"),
                attack("weight twice",
                        m -> graph(m, p -> p.getGraphBuilder().addInitializer(p.getGraph().getInitializer(0))),
                        "two weights named"),
                attack("output twice", m -> graph(m, p -> p.getGraphBuilder().addNode(p.getGraph().getNode(0))),
                        "two nodes make"),
                attack("wrong input channels",
                        m -> graph(m,
                                p -> p.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder()
                                        .getShapeBuilder().getDimBuilder(1).setDimValue(5)),
                        "1 input(s) of shape [[-1, 5, -1, -1]]; the plan needs one with 2 channels"),
                attack("wrong output channels",
                        m -> graph(m,
                                p -> p.getGraphBuilder().getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder()
                                        .getShapeBuilder().getDimBuilder(1).setDimValue(7)),
                        "the plan needs one with 3 channels"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({ "packages", "graphs" })
    void refusesByName(String name, Attack attack, String[] words) throws IOException {
        Path model = copy();
        Path given = attack.on(model);
        assertThatThrownBy(() -> BundleReader.open(given)).isInstanceOfSatisfying(SeptumException.class, e -> {
            assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT);
            assertThat(e.getMessage()).startsWith(given + " is not a usable model").contains(words)
                    .doesNotContain("\n");
        });
    }

    private Path copy() throws IOException {
        Path model = folder.resolve("model");
        FileTree.delete(model);
        Files.createDirectories(model);
        try (Stream<Path> files = Files.list(shared.resolve("good"))) {
            for (Path file : files.toList())
                Files.copy(file, model.resolve(file.getFileName()));
        }
        return model;
    }

    @Test
    void readsWeightsFromAFileBesideTheGraph() throws IOException {
        Path model = copy();
        byte[][] weight = new byte[1][];
        graph(model, p -> {
            weight[0] = p.getGraph().getInitializer(0).getRawData().toByteArray();
            outside(p, "more.bin");
        });
        byte[] padded = new byte[weight[0].length + 3];
        System.arraycopy(weight[0], 0, padded, 0, weight[0].length);
        Files.write(model.resolve("more.bin"), padded);
        try (PackageFolder files = PackageFolder.open(model)) {
            OnnxFile onnx = OnnxFile.read(files, "weights.onnx");
            assertThat(onnx.model().getGraph().getInitializer(0).getRawData().toByteArray()).isEqualTo(weight[0]);
        }
    }

    @Test
    void readsAGoodModelFromFolderAndZip() throws IOException {
        Path model = copy();
        assertThat(BundleReader.read(zip(model, Map.of()))).isEqualTo(BundleReader.read(model));
    }
}
