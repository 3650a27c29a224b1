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
        Files.write(file, model(graph(spec, weights)).toByteArray());
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
        if (members.size() == 1) {
            write(spec, members.get(0), file);
            return;
        }
        List<OnnxMl.GraphProto> graphs = members.stream().map(m -> graph(spec, m)).toList();
        Files.write(file, model(EnsembleGraph.mean(graphs)).toByteArray());
    }

    private static OnnxMl.GraphProto graph(NetworkSpec spec, NamedWeights weights) {
        NetworkGraph graph = spec.graph();
        weights.requireFit(graph);
        return new OnnxGraph(graph.inUse(), spec.sizeDivisor(), weights).build(spec.classes());
    }

    private static OnnxMl.ModelProto model(OnnxMl.GraphProto graph) {
        return OnnxMl.ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("Septum")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET)).setGraph(graph)
                .build();
    }
}
