package org.septum.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;

/** A float32 tensor as NumPy's {@code .npy} file, version 1.0, row-major. */
final class NpyFile {

    private static final byte[] MAGIC = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };

    /** The data start at a multiple of this. */
    private static final int ALIGNMENT = 64;

    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '[<|]([fiub][1248])', 'fortran_order': False, 'shape': \\(((?:\\d{1,9}, ?)*(?:\\d{1,9})?)\\), ?\\}\\s*");

    private NpyFile() {
    }

    static void write(NamedWeights.Tensor tensor, Path file) throws IOException {
        StringBuilder header = new StringBuilder("{'descr': '<f4', 'fortran_order': False, 'shape': (");
        for (long s : tensor.shape())
            header.append(s).append(", ");
        if (tensor.shape().size() > 1)
            header.setLength(header.length() - 2);
        header.append("), }");
        int preamble = MAGIC.length + Short.BYTES;
        while ((preamble + header.length() + 1) % ALIGNMENT != 0)
            header.append(' ');
        header.append('\n');
        float[] values = tensor.values();
        ByteBuffer bytes = ByteBuffer.allocate(preamble + header.length() + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putShort((short) header.length()).put(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }

    /** Reads what {@link #write} and NumPy write in row-major order, numbers of up to 32 bits or float64. */
    static NamedWeights.Tensor read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw SeptumException.input("cannot read " + file + ": " + e.getMessage(), e);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int preamble = MAGIC.length + Short.BYTES;
        if (bytes.length < preamble || !ByteBuffer.wrap(MAGIC).equals(ByteBuffer.wrap(bytes, 0, MAGIC.length)))
            throw unusable(file, "it does not start like one");
        int length = Short.toUnsignedInt(buffer.getShort(MAGIC.length));
        if (length > bytes.length - preamble)
            throw unusable(file, "it ends within its header");
        Matcher header = HEADER.matcher(new String(bytes, preamble, length, StandardCharsets.US_ASCII));
        if (!header.matches())
            throw unusable(file, "only little-endian numbers in row-major order can be read");
        List<Long> shape = new ArrayList<>();
        for (String size : header.group(2).split(",")) {
            if (!size.isBlank())
                shape.add(Long.valueOf(size.strip()));
        }
        buffer.position(preamble + length);
        String type = header.group(1);
        int width = type.charAt(1) - '0';
        long elements = Safetensors.elements(shape);
        if (elements < 0 || elements != buffer.remaining() / width || buffer.remaining() % width != 0)
            throw unusable(file, "shape " + shape + " does not fit its " + buffer.remaining() + " bytes of data");
        float[] values = new float[(int) elements];
        for (int i = 0; i < values.length; i++)
            values[i] = value(buffer, type, file);
        return NamedWeights.Tensor.of(shape, values);
    }

    private static float value(ByteBuffer buffer, String type, Path file) {
        return switch (type) {
            case "f4" -> buffer.getFloat();
            case "f8" -> (float) buffer.getDouble();
            case "u1", "b1" -> buffer.get() & 0xff;
            case "i1" -> buffer.get();
            case "u2" -> buffer.getShort() & 0xffff;
            case "i2" -> buffer.getShort();
            case "i4" -> buffer.getInt();
            case "u4" -> Integer.toUnsignedLong(buffer.getInt());
            case "i8" -> buffer.getLong();
            default -> throw unusable(file, "numbers of type " + type + " cannot be read");
        };
    }

    private static SeptumException unusable(Path file, String what) {
        return SeptumException.input(file + " is not a usable .npy file: " + what);
    }
}
