package org.septum.io;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.septum.core.SeptumException;

import loci.formats.FormatException;
import loci.formats.FormatTools;
import loci.formats.IFormatReader;

/**
 * The planes of a file that Bio-Formats reads.
 * <p>
 * <b>Why?</b> A reader of Bio-Formats serves one thread at a time. A small file is read whole at once, as it is stored,
 * and closed; for a large one there is a pool of readers, which are closed when the pixels are no longer used.
 */
final class BioFormatsPlanes implements PlaneSource {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final long SMALL = 64L << 20;

    private final Path path;
    private final Pool pool;
    private final List<byte[]> stored;
    private final int width;
    private final int height;
    private final int depth;
    private final int perPlane;
    private final int channels;
    private final boolean interleaved;
    private final ByteOrder order;
    private final SampleType type;
    private final byte[][] palette;
    private final int[][] index;

    /**
     * Which planes of a file make the scan.
     *
     * @param series
     *            number of the image in the file, from 0
     * @param level
     *            resolution, 0 the full one
     * @param depth
     *            number of slices
     * @param time
     *            the time point; -1 if the time points are slices
     */
    record Part(int series, int level, int depth, int time) {

        /** Sets a reader to the image and its resolution. */
        void select(IFormatReader reader) {
            reader.setSeries(series);
            reader.setResolution(level);
        }

        /** Bio-Formats' number of each plane by slice and group of channels. */
        int[][] index(IFormatReader reader) {
            int[][] index = new int[depth][reader.getEffectiveSizeC()];
            for (int z = 0; z < depth; z++) {
                for (int c = 0; c < index[z].length; c++)
                    index[z][c] = time < 0 ? reader.getIndex(0, c, z) : reader.getIndex(z, c, time);
            }
            return index;
        }
    }

    /**
     * @param reader
     *            opened, and set to the part; it belongs to these planes if {@link #keepsReader}
     * @param paletteAsColours
     *            whether indices into a palette become colours
     */
    BioFormatsPlanes(Path path, IFormatReader reader, Part part, boolean paletteAsColours)
            throws IOException, FormatException {
        this.path = path;
        depth = part.depth;
        width = reader.getSizeX();
        height = reader.getSizeY();
        perPlane = reader.getRGBChannelCount();
        interleaved = reader.isInterleaved();
        order = reader.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        type = type(path, reader.getPixelType());
        index = part.index(reader);
        long planeBytes = (long) width * height * perPlane * type.bytes();
        if (planeBytes > Integer.MAX_VALUE - 16)
            throw SeptumException.input(path + " has planes of " + width + "×" + height
                    + " pixels, too large to be read at once; choose a smaller resolution or crop it");
        stored = planeBytes * depth * index[0].length <= SMALL ? readAll(reader, index) : List.of();
        pool = new Pool(path, part);
        if (stored.isEmpty()) {
            pool.free.add(reader);
            CLEANER.register(this, pool::close);
        }
        palette = paletteAsColours && reader.isIndexed() && type == SampleType.UINT8 ? reader.get8BitLookupTable()
                : null;
        int stated = reader.getSizeC();
        boolean transparent = reader.getEffectiveSizeC() == 1 && (perPlane == 2 || perPlane == 4);
        channels = palette != null ? isGrey(palette) ? 1 : 3 : transparent ? stated - 1 : stated;
    }

    private static List<byte[]> readAll(IFormatReader reader, int[][] index) throws IOException, FormatException {
        List<byte[]> planes = new ArrayList<>();
        for (int[] slice : index)
            for (int plane : slice)
                planes.add(reader.openBytes(plane));
        return planes;
    }

    private static SampleType type(Path path, int bioFormatsType) {
        return switch (bioFormatsType) {
            case FormatTools.INT8 -> SampleType.INT8;
            case FormatTools.UINT8, FormatTools.BIT -> SampleType.UINT8;
            case FormatTools.INT16 -> SampleType.INT16;
            case FormatTools.UINT16 -> SampleType.UINT16;
            case FormatTools.INT32 -> SampleType.INT32;
            case FormatTools.UINT32 -> SampleType.UINT32;
            case FormatTools.FLOAT -> SampleType.FLOAT32;
            case FormatTools.DOUBLE -> SampleType.FLOAT64;
            default -> throw SeptumException
                    .input(path + " has pixels of a type that Septum does not read; convert it to 8 or 16 bits");
        };
    }

    private static boolean isGrey(byte[][] palette) {
        return Arrays.equals(palette[0], palette[1]) && Arrays.equals(palette[0], palette[2]);
    }

    boolean keepsReader() {
        return stored.isEmpty();
    }

    boolean isColour() {
        return channels == 3 && (perPlane >= 3 || palette != null);
    }

    /** Samples along x, y, z, channel. */
    long[] size() {
        return new long[] { width, height, depth, channels };
    }

    @Override
    public float[] plane(int z, int channel) throws IOException {
        int group = palette != null ? 0 : channel / perPlane;
        int within = palette != null ? 0 : channel % perPlane;
        ByteBuffer bytes = ByteBuffer.wrap(bytes(z, group)).order(order);
        int count = width * height;
        float[] out = type.readAll(bytes, interleaved ? within : within * count, interleaved ? perPlane : 1, count);
        if (palette != null) {
            for (int i = 0; i < count; i++)
                out[i] = palette[channel][(int) out[i]] & 0xff;
        }
        return out;
    }

    /** How many samples are no finite number; reads everything if the samples are floats. */
    long countNonFinite() throws IOException {
        long n = 0;
        int groups = palette != null || channels < perPlane ? 1 : channels / perPlane;
        for (int z = 0; type.isFloating() && z < depth; z++) {
            for (int group = 0; group < groups; group++)
                n += type.countNonFinite(ByteBuffer.wrap(bytes(z, group)).order(order));
        }
        return n;
    }

    private byte[] bytes(int z, int group) throws IOException {
        IFormatReader reader = null;
        try {
            if (!stored.isEmpty())
                return stored.get(z * index[z].length + group);
            reader = pool.take();
            return reader.openBytes(index[z][group]);
        } catch (FormatException | RuntimeException e) {
            throw Problem.reading(path, e);
        } finally {
            if (reader != null)
                pool.free.add(reader);
        }
    }

    /** Readers of one file that no thread uses at the moment. */
    private static final class Pool {

        final ConcurrentLinkedQueue<IFormatReader> free = new ConcurrentLinkedQueue<>();
        private final Path path;
        private final Part part;

        Pool(Path path, Part part) {
            this.path = path;
            this.part = part;
        }

        IFormatReader take() throws IOException, FormatException {
            IFormatReader reader = free.poll();
            if (reader == null) {
                reader = BioFormatsScanReader.open(path);
                part.select(reader);
            }
            return reader;
        }

        void close() {
            for (IFormatReader reader = free.poll(); reader != null; reader = free.poll()) {
                try {
                    reader.close();
                } catch (IOException e) {
                    // Nobody reads from it any more.
                    continue;
                }
            }
        }
    }
}
