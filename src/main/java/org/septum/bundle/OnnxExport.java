package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        Files.write(file, model(spec, weights).toByteArray());
    }

    private static OnnxMl.ModelProto model(NetworkSpec spec, NamedWeights weights) {
        NetworkGraph graph = spec.graph();
        weights.requireFit(graph);
        return OnnxMl.ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("Septum")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(new OnnxGraph(graph.inUse(), spec.sizeDivisor(), weights).build(spec.classes())).build();
    }
}
