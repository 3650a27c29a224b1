package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/** How a number is stored in a file of pixels. The order of bytes is that of the buffer it is read from. */
enum SampleType {

    INT8(1) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.get(at);
        }
    },
    UINT8(1) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.get(at) & 0xff;
        }
    },
    INT16(2) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getShort(at);
        }
    },
    UINT16(2) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getShort(at) & 0xffff;
        }
    },
    INT32(4) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getInt(at);
        }
    },
    UINT32(4) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getInt(at) & 0xffffffffL;
        }
    },
    INT64(8) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getLong(at);
        }
    },
    UINT64(8) {

        @Override
        float read(ByteBuffer bytes, int at) {
            long value = bytes.getLong(at);
            return value >= 0 ? value : (value >>> 1) * 2f;
        }
    },
    FLOAT32(4) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return bytes.getFloat(at);
        }
    },
    FLOAT64(8) {

        @Override
        float read(ByteBuffer bytes, int at) {
            return (float) bytes.getDouble(at);
        }
    };

    private static final int RUN = 1 << 14;

    private final int size;

    SampleType(int size) {
        this.size = size;
    }

    /** Number of bytes of one sample. */
    int bytes() {
        return size;
    }

    /** True if a sample may be infinite or no number at all. */
    boolean isFloating() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /** The sample that starts at a byte. */
    abstract float read(ByteBuffer bytes, int at);

    /**
     * Every {@code stride}-th sample.
     *
     * @param first
     *            number of the first sample taken
     * @param count
     *            how many samples to take
     */
    float[] readAll(ByteBuffer bytes, int first, int stride, int count) {
        float[] out = new float[count];
        if (stride == 1 && readRun(bytes, first, out))
            return out;
        int step = stride * size;
        for (int i = 0, at = first * size; i < count; i++, at += step)
            out[i] = read(bytes, at);
        return out;
    }

    /**
     * Reads neighbouring samples of the types that scanners write.
     * <p>
     * <b>Why?</b> One call a sample takes four times as long as a loop that the compiler can make wide.
     */
    private boolean readRun(ByteBuffer bytes, int first, float[] out) {
        if (this == FLOAT32) {
            bytes.duplicate().order(bytes.order()).position(4 * first).asFloatBuffer().get(out);
            return true;
        }
        if (size != 2)
            return false;
        short[] some = new short[Math.min(out.length, RUN)];
        ShortBuffer in = bytes.duplicate().order(bytes.order()).position(2 * first).asShortBuffer();
        int mask = this == UINT16 ? 0xffff : -1;
        for (int at = 0; at < out.length; at += some.length) {
            int n = Math.min(some.length, out.length - at);
            in.get(some, 0, n);
            for (int i = 0; i < n; i++)
                out[at + i] = some[i] & mask;
        }
        return true;
    }

    /** How many of the samples in a buffer are no finite number. */
    long countNonFinite(ByteBuffer bytes) {
        long n = 0;
        if (isFloating()) {
            for (int at = 0; at + size <= bytes.limit(); at += size)
                if (!Float.isFinite(read(bytes, at)))
                    n++;
        }
        return n;
    }
}
