package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;

import ai.onnx.proto.OnnxMl;

/**
 * A model as an ONNX file: one input {@value #INPUT} (batch, channels, S), one output {@value #OUTPUT} (batch, classes,
 * S), float32, batch and S of any size the network allows. Batch normalisation is folded into convolutions and the
 * soft-max over classes is part of the graph. Equal models give equal bytes.
 */
public final class OnnxExport {

    /** Name of the input tensor. */
    public static final String INPUT = "input";

    /** Name of the output tensor. */
    public static final String OUTPUT = "probabilities";

    /** Name of a further output of {@link #writeWithRanges}: the smallest value of each tensor. */
    public static final String LOWS = "lows";

    /** Name of a further output of {@link #writeWithRanges}: the largest value of each tensor. */
    public static final String HIGHS = "highs";

    /** Version of the operator set. */
    public static final int OPSET = 17;

    private static final int IR_VERSION = 8;

    private OnnxExport() {
    }

    /**
     * Writes a model. What is at {@code file} is overwritten as it goes: write to a path aside, as
     * {@link org.septum.core.WholeFile} gives.
     *
     * @param spec
     *            the network
     * @param weights
     *            exactly the weights it needs
     * @param file
     *            where to
     *
     * @throws IOException
     *             if the file cannot be written
     */
    public static void write(NetworkSpec spec, NamedWeights weights, Path file) throws IOException {
        Files.write(file, model(graph(spec, weights, true)).toByteArray());
    }

    /**
     * Writes an ensemble: every member's graph side by side, then the mean of their probabilities.
     *
     * @param spec
     *            the network of every member
     * @param members
     *            the weights of each
     * @param file
     *            where to
     *
     * @throws IOException
     *             if the file cannot be written
     */
    public static void write(NetworkSpec spec, List<NamedWeights> members, Path file) throws IOException {
        Files.write(file, model(graph(spec, members, true)).toByteArray());
    }

    /**
     * Writes a model that computes with 8-bit integers; see {@link Quantization}.
     *
     * @param spec
     *            the network
     * @param members
     *            the weights of each network of an ensemble, or of the only one
     * @param quantization
     *            ranges of its tensors, and what stays in floats
     * @param file
     *            where to
     *
     * @throws IOException
     *             if the file cannot be written
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the quantisation is that of another network
     */
    public static void writeQuantized(NetworkSpec spec, List<NamedWeights> members, Quantization quantization,
            Path file) throws IOException {
        Files.write(file, model(new QuantizedGraph(graph(spec, members, false), quantization).build()).toByteArray());
    }

    /**
     * Writes a model that puts out, beside the probabilities, the smallest and the largest value of each tensor.
     *
     * @return names of the tensors, in the order of {@value #LOWS} and {@value #HIGHS}
     *
     * @throws IOException
     *             if the file cannot be written
     */
    public static List<String> writeWithRanges(NetworkSpec spec, List<NamedWeights> members, Path file)
            throws IOException {
        RangeGraph ranges = new RangeGraph(graph(spec, members, false));
        Files.write(file, model(ranges.build()).toByteArray());
        return ranges.tensors();
    }

    /** Names of the convolutions of a model, which can be kept in floats one by one. */
    public static List<String> convolutions(NetworkSpec spec, List<NamedWeights> members) {
        return new GraphFeatures(graph(spec, members, false)).convolutions();
    }

    private static OnnxMl.GraphProto graph(NetworkSpec spec, List<NamedWeights> members, boolean halves) {
        List<OnnxMl.GraphProto> graphs = members.stream().map(m -> graph(spec, m, halves)).toList();
        return graphs.size() == 1 ? graphs.get(0) : EnsembleGraph.mean(graphs);
    }

    private static OnnxMl.GraphProto graph(NetworkSpec spec, NamedWeights weights, boolean halves) {
        NetworkGraph graph = spec.graph();
        weights.requireFit(graph);
        return new OnnxGraph(graph.inUse(), spec.sizeDivisor(), weights, halves).build(spec.classes());
    }

    /** A graph as a model of our version. */
    static OnnxMl.ModelProto model(OnnxMl.GraphProto graph) {
        return OnnxMl.ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("Septum")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET)).setGraph(graph)
                .build();
    }
}
