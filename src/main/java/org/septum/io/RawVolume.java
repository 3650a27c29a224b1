package org.septum.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

import org.septum.core.ByteStore;
import org.septum.core.Workspace;

/**
 * A raw array of samples in a file, x fastest, the samples of a voxel together.
 * <p>
 * <b>Why?</b> Bio-Formats seeks in gzip streams, which starts them over for every plane. Here a compressed array is
 * inflated once and its planes are kept in a {@link Workspace} as they were stored; an uncompressed one is read plane
 * by plane when looked at.
 *
 * @param file
 *            where the array is
 * @param packing
 *            how the array is compressed
 * @param start
 *            where the compressed stream begins in the file; 0 if it is not compressed
 * @param offset
 *            first byte of the array in the file, or in the stream once it is inflated
 * @param order
 *            of the bytes of a sample
 * @param type
 *            of a sample
 * @param samples
 *            samples of a voxel; of four only the first three are read
 * @param size
 *            voxels along x, y, z
 * @param slope
 *            what a stored value is multiplied with
 * @param intercept
 *            what is added then
 */
record RawVolume(Path file, Packing packing, long start, long offset, ByteOrder order, SampleType type, int samples,
        List<Integer> size, double slope, double intercept) {

    /** Nothing that deflate makes shrinks by more. */
    private static final long GREATEST_RATIO = 1032;
    /** Whole samples of every type. */
    private static final int CHUNK = 1 << 18;

    /** How an array may be compressed. */
    enum Packing {
        /** Not at all. */
        NONE,
        /** A stream of gzip. */
        GZIP,
        /** A stream of zlib. */
        ZLIB
    }

    RawVolume {
        if (offset < 0 || start < 0 || size.stream().anyMatch(s -> s < 1))
            throw new IllegalArgumentException(
                    "its header places " + size + " voxels at byte " + Math.min(start, offset));
        size = List.copyOf(size);
    }

    /** Bytes of one plane. */
    long planeBytes() {
        return (long) size.get(0) * size.get(1) * samples * type.bytes();
    }

    /** Bytes of the whole array. */
    long bytes() {
        return Math.multiplyExact(planeBytes(), (long) size.get(2));
    }

    /** The array that lies so many volumes behind this one. */
    RawVolume at(int number) {
        return new RawVolume(file, packing, start, Math.addExact(offset, Math.multiplyExact(bytes(), (long) number)),
                order, type, samples, size, slope, intercept);
    }

    /** Channels of a scan made of it. */
    int channels() {
        return samples == 4 ? 3 : samples;
    }

    /**
     * The planes.
     *
     * @param notes
     *            takes how many samples are no finite number
     * @param space
     *            takes what a compressed array unpacks to
     */
    PlaneSource planes(List<String> notes, Workspace space) throws IOException {
        long length = Files.size(file);
        boolean packed = packing != Packing.NONE;
        long room = packed ? Math.multiplyExact(length, GREATEST_RATIO) : length;
        if (planeBytes() > Integer.MAX_VALUE - 16 || bytes() > room - offset)
            throw new EOFException("its " + length + " bytes cannot hold the " + size.get(0) + "×" + size.get(1) + "×"
                    + size.get(2) + " voxels that its header states");
        return packed ? inflated(notes, space) : plain(notes);
    }

    private PlaneSource inflated(List<String> notes, Workspace space) throws IOException {
        ByteStore store = space.store(bytes());
        long bad = 0;
        try (InputStream raw = Files.newInputStream(file)) {
            raw.skipNBytes(start);
            InputStream in = packing == Packing.GZIP ? new GZIPInputStream(raw, 1 << 16)
                    : new InflaterInputStream(raw, new Inflater(), 1 << 16);
            in.skipNBytes(offset);
            byte[] chunk = new byte[(int) Math.min(CHUNK, bytes())];
            for (long done = 0; done < bytes(); done += chunk.length) {
                if (chunk.length > bytes() - done)
                    chunk = new byte[(int) (bytes() - done)];
                if (in.readNBytes(chunk, 0, chunk.length) < chunk.length)
                    throw new EOFException("it ends after " + done / planeBytes() + " of " + size.get(2) + " slices");
                bad += type.countNonFinite(buffer(chunk));
                store.write(done, chunk, 0, chunk.length);
            }
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        noteNonFinite(bad, notes);
        return (z, channel) -> {
            byte[] plane = new byte[(int) planeBytes()];
            store.read(z * planeBytes(), plane, 0, plane.length);
            return decode(plane, channel);
        };
    }

    private PlaneSource plain(List<String> notes) throws IOException {
        long bad = 0;
        for (int z = 0; type.isFloating() && z < size.get(2); z++)
            bad += type.countNonFinite(buffer(readPlane(z)));
        noteNonFinite(bad, notes);
        return (z, channel) -> decode(readPlane(z), channel);
    }

    private byte[] readPlane(int z) throws IOException {
        ByteBuffer plane = ByteBuffer.allocate((int) planeBytes());
        try (FileChannel in = FileChannel.open(file)) {
            long at = offset + z * planeBytes();
            while (plane.hasRemaining()) {
                if (in.read(plane, at + plane.position()) < 0)
                    throw new EOFException("it ends after " + z + " of " + size.get(2) + " slices");
            }
        }
        return plane.array();
    }

    private float[] decode(byte[] plane, int channel) {
        float[] out = type.readAll(buffer(plane), channel, samples, size.get(0) * size.get(1));
        scale(out, slope, intercept);
        return out;
    }

    /** Multiplies samples and adds to them. */
    static void scale(float[] samples, double slope, double intercept) {
        if (slope == 1 && intercept == (short) intercept) {
            // Sums of whole numbers below 2^24 are exact as floats.
            for (int i = 0; intercept != 0 && i < samples.length; i++)
                samples[i] += (float) intercept;
        } else {
            for (int i = 0; i < samples.length; i++)
                samples[i] = (float) (samples[i] * slope + intercept);
        }
    }

    private ByteBuffer buffer(byte[] plane) {
        return ByteBuffer.wrap(plane).order(order);
    }

    private static void noteNonFinite(long bad, List<String> notes) {
        if (bad > 0)
            notes.add(bad + " voxels hold NaN or infinity; they are read as 0");
    }

    /** Opens a file and inflates it if it is of gzip, whatever its name. */
    static InputStream open(Path path) throws IOException {
        boolean packed = packingOf(path) == Packing.GZIP;
        InputStream file = Files.newInputStream(path);
        try {
            return packed ? new GZIPInputStream(file, 1 << 12) : new BufferedInputStream(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Whether a whole file is of gzip, by its first bytes. */
    static Packing packingOf(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.read() == 0x1f && in.read() == 0x8b ? Packing.GZIP : Packing.NONE;
        }
    }
}
