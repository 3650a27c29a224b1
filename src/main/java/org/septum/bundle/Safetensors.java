package org.septum.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;

/**
 * Weights as a safetensors file: the length of a header (8 bytes, little-endian), the header (JSON: type, shape and
 * place of every tensor), the values. Float32, and 16-bit floats for kernels that lose nothing by it. A file is checked
 * in full before memory is taken for it; nothing in it is ever executed.
 */
public final class Safetensors {

    /** The format's own limit for the header in bytes. */
    static final long LARGEST_HEADER = 100_000_000;

    private static final String METADATA = "__metadata__";

    private static final String WHOLE = "F32";

    private static final String HALF = "F16";

    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int ALIGNMENT = 8;

    private Safetensors() {
    }

    /** One tensor as the header tells of it; begin and end count bytes of the data part. */
    private record Entry(String name, String type, List<Long> shape, long begin, long end) {
    }

    /** A checked header: tensors in their order, and where the data part starts in the file. */
    private record Header(List<Entry> entries, Map<String, String> metadata, long dataStart) {
    }

    /**
     * Writes weights in their order. What is at {@code file} is overwritten as it goes: write to a path aside, as
     * {@link org.septum.core.WholeFile} gives.
     *
     * @param weights
     *            what to write
     * @param metadata
     *            words that go along
     * @param file
     *            where to
     *
     * @throws IOException
     *             if the file cannot be written
     */
    public static void write(NamedWeights weights, Map<String, String> metadata, Path file) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode words = header.putObject(METADATA);
            metadata.forEach(words::put);
        }
        long offset = 0;
        for (Map.Entry<String, NamedWeights.Tensor> e : weights.tensors().entrySet()) {
            ObjectNode entry = header.putObject(e.getKey());
            String type = HalfFloats.isExact(e.getValue()) ? HALF : WHOLE;
            entry.put("dtype", type);
            ArrayNode shape = entry.putArray("shape");
            e.getValue().shape().forEach(shape::add);
            long end = offset + width(type) * elements(e.getValue().shape());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
        while (text.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0)
            text.append(' ');
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, length.putLong(0, bytes.length));
            writeAll(channel, ByteBuffer.wrap(bytes));
            for (NamedWeights.Tensor tensor : weights.tensors().values())
                writeAll(channel, HalfFloats.isExact(tensor) ? HalfFloats.littleEndian(tensor.values())
                        : littleEndian(tensor.values()));
        }
    }

    /** Bytes of one number. */
    private static int width(String type) {
        return type.equals(HALF) ? Short.BYTES : Float.BYTES;
    }

    /**
     * Reads weights in their order.
     *
     * @throws SeptumException
     *             of kind INPUT if the file is damaged, or holds anything but tensors of 32-bit and 16-bit floats
     */
    public static NamedWeights read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            Header header = header(channel, file);
            Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : header.entries()) {
                ByteBuffer bytes = readAt(channel, header.dataStart() + entry.begin(),
                        Math.toIntExact(entry.end() - entry.begin()));
                tensors.put(entry.name(), NamedWeights.Tensor.of(entry.shape(),
                        entry.type().equals(HALF) ? HalfFloats.toFloats(bytes) : floats(bytes)));
            }
            return new NamedWeights(tensors);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the weights " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads the words that go along with the weights; empty if there are none. */
    public static Map<String, String> readMetadata(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return header(channel, file).metadata();
        } catch (IOException e) {
            throw SeptumException.input("cannot read the weights " + file + ": " + e.getMessage(), e);
        }
    }

    /** Row-major float32 values as little-endian bytes. */
    static ByteBuffer littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining())
            channel.write(bytes);
    }

    private static ByteBuffer readAt(FileChannel channel, long position, int length) throws IOException {
        channel.position(position);
        byte[] bytes = Channels.newInputStream(channel).readNBytes(length);
        if (bytes.length != length)
            throw new IOException("it ends early");
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Header header(FileChannel channel, Path file) throws IOException {
        if (channel.size() < Long.BYTES)
            throw damaged(file, "it has " + channel.size() + " bytes; a header needs at least 8");
        long length = readAt(channel, 0, Long.BYTES).getLong(0);
        long rest = channel.size() - Long.BYTES;
        if (length < 2 || length > Math.min(rest, LARGEST_HEADER)) {
            throw damaged(file, "its header claims " + Long.toUnsignedString(length) + " bytes; allowed: 2 to "
                    + Math.min(rest, LARGEST_HEADER));
        }
        JsonNode json;
        try {
            json = JSON.readTree(readAt(channel, Long.BYTES, (int) length).array());
        } catch (JsonProcessingException e) {
            throw damaged(file, "its header is not JSON: " + e.getOriginalMessage());
        }
        if (json == null || !json.isObject())
            throw damaged(file, "its header is not a JSON object");
        return parse(json, rest - length, Long.BYTES + length, file);
    }

    private static Header parse(JsonNode json, long dataSize, long dataStart, Path file) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getKey().equals(METADATA)) {
                field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                entries.add(entry(field.getKey(), field.getValue(), dataSize, file));
            }
        }
        requireGapless(entries, dataSize, file);
        return new Header(entries, metadata, dataStart);
    }

    private static Entry entry(String name, JsonNode json, long dataSize, Path file) {
        String type = json.path("dtype").asText("");
        if (!type.equals(WHOLE) && !type.equals(HALF)) {
            throw damaged(file, "tensor " + name + " has type \"" + type + "\"; allowed: " + WHOLE + ", " + HALF);
        }
        List<Long> shape = longs(json.path("shape"));
        List<Long> offsets = longs(json.path("data_offsets"));
        if (shape == null || offsets == null || offsets.size() != 2)
            throw damaged(file, "tensor " + name + " has no proper shape or offsets");
        long begin = offsets.get(0);
        long end = offsets.get(1);
        if (begin > end || end > dataSize) {
            throw damaged(file,
                    "tensor " + name + " lies at bytes " + begin + " to " + end + " of " + dataSize + " data bytes");
        }
        int width = width(type);
        if (elements(shape) != (end - begin) / width || (end - begin) % width != 0
                || end - begin > Integer.MAX_VALUE - 16) {
            throw damaged(file, "tensor " + name + " of shape " + shape + " has " + (end - begin) + " bytes");
        }
        return new Entry(name, type, shape, begin, end);
    }

    /** The array's numbers, or null if it is anything but an array of integers from 0. */
    private static List<Long> longs(JsonNode array) {
        if (!array.isArray())
            return null;
        List<Long> list = new ArrayList<>();
        for (JsonNode n : array) {
            if (!n.isIntegralNumber() || !n.canConvertToLong() || n.longValue() < 0)
                return null;
            list.add(n.longValue());
        }
        return list;
    }

    /** The product of the sizes; -1 if it does not fit a long. */
    static long elements(List<Long> shape) {
        long n = 1;
        for (long s : shape) {
            if (s != 0 && n > Long.MAX_VALUE / s)
                return -1;
            n *= s;
        }
        return n;
    }

    private static void requireGapless(List<Entry> entries, long dataSize, Path file) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry e : sorted) {
            if (e.begin() != at) {
                throw damaged(file, "tensor " + e.name() + " starts at byte " + e.begin() + "; the one before it ends "
                        + "at " + at);
            }
            at = e.end();
        }
        if (at != dataSize)
            throw damaged(file, "its tensors take " + at + " bytes; it holds " + dataSize);
    }

    private static SeptumException damaged(Path file, String what) {
        return SeptumException.input(file + " is not a usable safetensors file: " + what + "; get the model anew");
    }
}
