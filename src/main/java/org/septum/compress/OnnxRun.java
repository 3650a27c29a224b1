package org.septum.compress;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.septum.bundle.OnnxExport;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;
import org.septum.infer.ThreadCount;
import org.septum.model.ComputeDevice;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** An ONNX file that is run for all its outputs, on the CPU. */
final class OnnxRun implements AutoCloseable {

    private final OrtSession session;

    OnnxRun(Path onnx) {
        // DJL makes the one environment of a process with settings of its own, and fails if another was made before.
        ComputeDevice.engine(DjlEngine.NAME);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(ThreadCount.available());
            session = OrtEnvironment.getEnvironment().createSession(onnx.toString(), options);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** All outputs for one input, row-major, by name. */
    Map<String, float[]> outputs(float[] input, long[] shape) {
        try (OnnxTensor x = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(input), shape);
                OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, x))) {
            Map<String, float[]> outputs = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> e : result) {
                FloatBuffer buffer = ((OnnxTensor) e.getValue()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                outputs.put(e.getKey(), values);
            }
            return outputs;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static SeptumException failed(OrtException e) {
        return new SeptumException(SeptumException.Kind.INTERNAL,
                "ONNX Runtime cannot run the network: " + e.getMessage() + "; report it with the model", e);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
