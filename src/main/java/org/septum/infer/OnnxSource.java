package org.septum.infer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.onnx.proto.OnnxMl;

/** Where the ONNX graph of an engine is. */
interface OnnxSource {

    /** The graph. */
    OnnxMl.ModelProto proto() throws IOException;

    /** Loads it into a model as it is. */
    void load(Model model, Map<String, String> options) throws IOException, MalformedModelException;

    /** A file, which must stay. */
    static OnnxSource of(Path file) {
        return new OnnxSource() {

            @Override
            public OnnxMl.ModelProto proto() throws IOException {
                return OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file));
            }

            @Override
            public void load(Model model, Map<String, String> options) throws IOException, MalformedModelException {
                Path whole = file.toAbsolutePath();
                model.load(whole.getParent(), whole.getFileName().toString(), options);
            }

            @Override
            public String toString() {
                return file.toString();
            }
        };
    }

    /** A graph in memory. */
    static OnnxSource of(OnnxMl.ModelProto graph) {
        return new OnnxSource() {

            @Override
            public OnnxMl.ModelProto proto() {
                return graph;
            }

            @Override
            public void load(Model model, Map<String, String> options) throws IOException, MalformedModelException {
                model.load(new ByteArrayInputStream(graph.toByteArray()), options);
            }

            @Override
            public String toString() {
                return "the graph " + graph.getGraph().getName();
            }
        };
    }
}
