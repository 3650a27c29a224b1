package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.model.NamedWeights.Tensor;

import ai.onnx.proto.OnnxMl;

/** Writes small packages as others make them, in either format. The network is a graph of a few nodes. */
public final class ForeignPackage {

    static final String IN = "image";

    static final String OUT = "answer";

    /** Adds nodes that read the tensor of the given name and returns the name of the result. */
    interface Network extends BiFunction<OnnxNodes, String, String> {
    }

    private static final int OPSET = 13;

    private final String inAxes;

    private final String outAxes;

    private final Map<Character, Object> inSizes = new LinkedHashMap<>();

    private final Map<Character, Object> outSizes = new LinkedHashMap<>();

    private final List<Map<String, Object>> pre = new ArrayList<>();

    private final List<Map<String, Object>> post = new ArrayList<>();

    private List<String> classNames = List.of();

    private List<Integer> halo = List.of();

    private int channelsOut = 1;

    private long opset = OPSET;

    private Network network = (nodes, x) -> x;

    private Tensor testInput = Tensor.of(List.of(1L), new float[1]);

    private Tensor testOutput = Tensor.of(List.of(1L), new float[1]);

    /** Axes as letters in the order of the tensors. */
    ForeignPackage(String inAxes, String outAxes) {
        this.inAxes = inAxes;
        this.outAxes = outAxes;
    }

    /** A fixed size (Integer), or min and step (List). */
    ForeignPackage size(char axis, Object size) {
        inSizes.put(axis, size);
        return this;
    }

    /** The output is as large as the input plus {@code offset}. */
    ForeignPackage offset(char axis, int offset) {
        outSizes.put(axis, offset);
        return this;
    }

    ForeignPackage halo(List<Integer> perOutputAxis) {
        halo = perOutputAxis;
        return this;
    }

    ForeignPackage before(String id, Map<String, Object> kwargs) {
        pre.add(step(id, kwargs));
        return this;
    }

    ForeignPackage after(String id, Map<String, Object> kwargs) {
        post.add(step(id, kwargs));
        return this;
    }

    ForeignPackage classes(int channels, String... names) {
        channelsOut = channels;
        classNames = List.of(names);
        return this;
    }

    ForeignPackage opset(long version) {
        opset = version;
        return this;
    }

    ForeignPackage network(Network nodes) {
        network = nodes;
        return this;
    }

    ForeignPackage tests(Tensor input, Tensor output) {
        testInput = input;
        testOutput = output;
        return this;
    }

    private static Map<String, Object> step(String id, Map<String, Object> kwargs) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("id", id);
        step.put("kwargs", kwargs);
        return step;
    }

    /**
     * Writes a package for one-channel pictures: what is brighter than a threshold is the object. Tiles of 20×16 pixels
     * of which a rim of 2 and 3 is thrown away.
     */
    public static Path threshold(Path folder, double threshold) throws IOException {
        return new ForeignPackage("bcyx", "bcyx").size('y', 16).size('x', 20).halo(List.of(0, 0, 3, 2))
                .after("scale_linear", Map.of("gain", 1.0, "offset", -threshold)).classes(1, "blob")
                .write(folder, "0.5.3");
    }

    /** Writes the package in format 0.4 or 0.5. YAML is a superset of JSON. */
    Path write(Path folder, String format) throws IOException {
        Files.createDirectories(folder);
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("foreign");
        graph.addInput(port(IN, inAxes, inSizes));
        OnnxNodes nodes = new OnnxNodes(graph, opset, inAxes.length(), "septum.");
        nodes.add("Identity", List.of(network.apply(nodes, IN)), OUT);
        graph.addOutput(port(OUT, outAxes, Map.of()));
        byte[] bytes = OnnxMl.ModelProto.newBuilder().setIrVersion(7)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset)).setGraph(graph)
                .build().toByteArray();
        Files.write(folder.resolve("net.onnx"), bytes);
        NpyFile.write(testInput, folder.resolve("in.npy"));
        NpyFile.write(testOutput, folder.resolve("out.npy"));
        Files.writeString(folder.resolve("README.md"), "# A test network\n\n## Validation\n\nBy formula.\n");
        Map<String, Object> rdf = format.startsWith("0.4") ? old(folder, format) : current(folder, format);
        Files.writeString(folder.resolve("rdf.yaml"), new ObjectMapper().writeValueAsString(rdf));
        return folder;
    }

    private OnnxMl.ValueInfoProto port(String name, String axes, Map<Character, Object> sizes) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (char axis : axes.toCharArray()) {
            OnnxMl.TensorShapeProto.Dimension.Builder size = OnnxMl.TensorShapeProto.Dimension.newBuilder();
            if (sizes.get(axis) instanceof Integer fixed)
                size.setDimValue(fixed);
            else
                size.setDimParam(name + axis);
            shape.addDim(size);
        }
        return OnnxMl.ValueInfoProto.newBuilder().setName(name).setType(OnnxMl.TypeProto.newBuilder()
                .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape))).build();
    }

    private Map<String, Object> common(Path folder, String format) throws IOException {
        Map<String, Object> rdf = new LinkedHashMap<>();
        rdf.put("format_version", format);
        rdf.put("type", "model");
        rdf.put("name", "Foreign test network");
        rdf.put("description", "A network of a few nodes whose result is a formula");
        rdf.put("authors", List.of(Map.of("name", "Ada Example")));
        rdf.put("cite", List.of(Map.of("text", "Example et al.", "url", "https://example.org/paper")));
        rdf.put("license", "CC-BY-4.0");
        rdf.put("documentation", "README.md");
        rdf.put("weights", Map.of("onnx", Map.of("source", "net.onnx", "sha256",
                FileHashes.sha256(folder.resolve("net.onnx")), "opset_version", opset)));
        return rdf;
    }

    private Map<String, Object> current(Path folder, String format) throws IOException {
        Map<String, Object> rdf = common(folder, format);
        Map<String, Object> in = new LinkedHashMap<>(Map.of("id", IN, "axes", axes(inAxes, true), "data",
                Map.of("type", "float32"), "test_tensor", file(folder, "in.npy")));
        in.put("preprocessing", pre);
        Map<String, Object> out = new LinkedHashMap<>(Map.of("id", OUT, "axes", axes(outAxes, false), "data",
                Map.of("type", "float32"), "test_tensor", file(folder, "out.npy")));
        out.put("postprocessing", post);
        rdf.put("inputs", List.of(in));
        rdf.put("outputs", List.of(out));
        return rdf;
    }

    private static Map<String, Object> file(Path folder, String name) throws IOException {
        return Map.of("source", name, "sha256", FileHashes.sha256(folder.resolve(name)));
    }

    private List<Object> axes(String letters, boolean isInput) {
        List<Object> axes = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            Map<String, Object> axis = new LinkedHashMap<>();
            switch (letter) {
                case 'b' -> axis.put("type", "batch");
                case 'c' -> {
                    axis.put("type", "channel");
                    axis.put("channel_names", isInput ? channels((Integer) inSizes.getOrDefault('c', 1), List.of())
                            : channels(channelsOut, classNames));
                }
                default -> {
                    axis.put("type", "space");
                    axis.put("id", String.valueOf(letter));
                    axis.put("size",
                            isInput ? size(inSizes.get(letter))
                                    : Map.of("tensor_id", IN, "axis_id", String.valueOf(letter), "offset",
                                            outSizes.getOrDefault(letter, 0)));
                    if (!isInput && !halo.isEmpty())
                        axis.put("halo", halo.get(i));
                }
            }
            axes.add(axis);
        }
        return axes;
    }

    private static List<String> channels(int n, List<String> names) {
        List<String> list = new ArrayList<>(names);
        while (list.size() < n)
            list.add("channel" + list.size());
        return list;
    }

    private static Object size(Object size) {
        if (size instanceof List<?> steps)
            return Map.of("min", steps.get(0), "step", steps.get(1));
        return size;
    }

    private Map<String, Object> old(Path folder, String format) throws IOException {
        Map<String, Object> rdf = common(folder, format);
        rdf.put("test_inputs", List.of("in.npy"));
        rdf.put("test_outputs", List.of("out.npy"));
        List<Object> min = new ArrayList<>();
        List<Object> step = new ArrayList<>();
        for (char axis : inAxes.toCharArray()) {
            Object size = inSizes.getOrDefault(axis, 1);
            min.add(size instanceof List<?> l ? l.get(0) : size);
            step.add(size instanceof List<?> l ? l.get(1) : 0);
        }
        boolean isFixed = step.stream().allMatch(s -> s.equals(0));
        Map<String, Object> in = new LinkedHashMap<>(Map.of("name", IN, "axes", inAxes, "data_type", "float32"));
        in.put("shape", isFixed ? min : Map.of("min", min, "step", step));
        in.put("preprocessing", renamed(pre));
        List<Object> scale = new ArrayList<>();
        List<Object> offset = new ArrayList<>();
        for (char axis : outAxes.toCharArray()) {
            scale.add(axis == 'c' ? 0.0 : 1.0);
            offset.add(axis == 'c' ? channelsOut / 2.0
                    : axis == 'b' ? 0.0 : (Integer) outSizes.getOrDefault(axis, 0) / 2.0);
        }
        Map<String, Object> out = new LinkedHashMap<>(Map.of("name", OUT, "axes", outAxes, "data_type", "float32"));
        out.put("shape", Map.of("reference_tensor", IN, "scale", scale, "offset", offset));
        if (!halo.isEmpty())
            out.put("halo", halo);
        out.put("postprocessing", renamed(post));
        rdf.put("inputs", List.of(in));
        rdf.put("outputs", List.of(out));
        return rdf;
    }

    private static List<Map<String, Object>> renamed(List<Map<String, Object>> steps) {
        return steps.stream().map(s -> Map.of("name", s.get("id"), "kwargs", s.get("kwargs"))).toList();
    }
}
