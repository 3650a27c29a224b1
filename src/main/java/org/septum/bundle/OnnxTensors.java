package org.septum.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import com.google.protobuf.ByteString;

import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Constants of an ONNX graph: their shape against their bytes, and their values. */
final class OnnxTensors {

    /** Most values of one constant. */
    static final long LARGEST = 1L << 29;

    private OnnxTensors() {
    }

    /** Bytes that a tensor's shape needs. */
    static long bytes(OnnxMl.TensorProto tensor) {
        long elements = elements(tensor);
        return width(tensor) == 0 ? elements : elements * width(tensor);
    }

    private static long elements(OnnxMl.TensorProto tensor) {
        long elements = tensor.getDimsList().stream().anyMatch(d -> d < 0) ? -1
                : Safetensors.elements(tensor.getDimsList());
        if (elements < 0 || elements > LARGEST) {
            throw SeptumException.input(named(tensor) + " has the shape " + tensor.getDimsList() + "; allowed: up to "
                    + LARGEST + " values");
        }
        return elements;
    }

    private static int width(OnnxMl.TensorProto tensor) {
        return switch (tensor.getDataType()) {
            case DataType.FLOAT_VALUE, DataType.INT32_VALUE, DataType.UINT32_VALUE -> 4;
            case DataType.DOUBLE_VALUE, DataType.INT64_VALUE, DataType.UINT64_VALUE, DataType.COMPLEX64_VALUE -> 8;
            case DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE, DataType.INT16_VALUE, DataType.UINT16_VALUE -> 2;
            case DataType.INT8_VALUE, DataType.UINT8_VALUE, DataType.BOOL_VALUE -> 1;
            default -> 0;
        };
    }

    private static String named(OnnxMl.TensorProto tensor) {
        return tensor.getName().isEmpty() ? "a constant" : "weight \"" + tensor.getName() + "\"";
    }

    /** Throws unless the values fill the shape and none is NaN. */
    static void check(OnnxMl.TensorProto tensor) {
        if (OnnxExternalData.isOutside(tensor)) {
            throw SeptumException.input(named(tensor)
                    + " lies in another file, which is allowed only for weights of the" + " graph itself");
        }
        long elements = elements(tensor);
        int width = width(tensor);
        long stored = tensor.hasRawData() ? width == 0 ? elements : tensor.getRawData().size() / width
                : tensor.getFloatDataCount() + (long) tensor.getInt32DataCount() + tensor.getInt64DataCount()
                        + tensor.getDoubleDataCount() + tensor.getUint64DataCount() + tensor.getStringDataCount();
        if (stored != elements) {
            throw SeptumException.input(named(tensor) + " has the shape " + tensor.getDimsList() + ", which needs "
                    + elements + " values; it holds " + stored);
        }
        if (tensor.getDataType() == DataType.FLOAT_VALUE && hasNan(tensor))
            throw SeptumException.input(named(tensor) + " holds values that are no numbers (NaN); train it again");
    }

    private static boolean hasNan(OnnxMl.TensorProto tensor) {
        for (int i = 0; i < tensor.getFloatDataCount(); i++) {
            if (Float.isNaN(tensor.getFloatData(i)))
                return true;
        }
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (raw.remaining() >= Float.BYTES) {
            if (Float.isNaN(raw.getFloat()))
                return true;
        }
        return false;
    }

    /** The values of a constant of whole numbers; empty for any other. */
    static List<Long> longs(OnnxMl.TensorProto tensor) {
        if (tensor.getDataType() != DataType.INT64_VALUE)
            return List.of();
        if (!tensor.hasRawData())
            return tensor.getInt64DataList();
        java.nio.LongBuffer values = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        List<Long> list = new java.util.ArrayList<>();
        while (values.hasRemaining())
            list.add(values.get());
        return list;
    }

    /** A constant of float32. */
    static OnnxMl.TensorProto floats(String name, List<Long> shape, float... values) {
        return OnnxMl.TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE).addAllDims(shape)
                .setRawData(ByteString.copyFrom(Safetensors.littleEndian(values))).build();
    }

    /** A constant of int64 with one axis. */
    static OnnxMl.TensorProto integers(String name, List<Long> values) {
        return OnnxMl.TensorProto.newBuilder().setName(name).setDataType(DataType.INT64_VALUE).addDims(values.size())
                .addAllInt64Data(values).build();
    }
}
