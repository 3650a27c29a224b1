package org.septum.bundle;

import java.util.Locale;
import java.util.Optional;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Types of numbers by the names that both NumPy and bioimage.io use. */
enum NumberType {
    FLOAT32(DataType.FLOAT, 0), FLOAT64(DataType.DOUBLE, 0), FLOAT16(DataType.FLOAT16, 0), INT8(DataType.INT8, -8),
    INT16(DataType.INT16, -16), INT32(DataType.INT32, -32), INT64(DataType.INT64, -64), UINT8(DataType.UINT8, 8),
    UINT16(DataType.UINT16, 16), UINT32(DataType.UINT32, 32), UINT64(DataType.UINT64, 64), BOOL(DataType.BOOL, 1);

    private final DataType onnx;

    /** Bits; negative with a sign, 0 for numbers with a fraction. */
    private final int bits;

    NumberType(DataType onnx, int bits) {
        this.onnx = onnx;
        this.bits = bits;
    }

    static Optional<NumberType> named(String name) {
        for (NumberType type : values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(name))
                return Optional.of(type);
        }
        return Optional.empty();
    }

    /** ONNX's number of the type. */
    int onnx() {
        return onnx.getNumber();
    }

    /**
     * The value as this type holds it, cut towards 0. Differs from NumPy: beyond the type's range it is the nearest end
     * of it, where NumPy's result is not defined.
     */
    float rounded(float x) {
        if (this == BOOL)
            return x == 0 ? 0 : 1;
        if (bits == 0)
            return x;
        double low = bits < 0 ? -Math.pow(2, -bits - 1) : 0;
        double high = Math.pow(2, bits < 0 ? -bits - 1 : bits) - 1;
        double cut = x < 0 ? Math.ceil(x) : Math.floor(x);
        return (float) Math.min(Math.max(cut, low), high);
    }
}
