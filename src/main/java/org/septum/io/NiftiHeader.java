package org.septum.io;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

/**
 * What the header of a NIfTI file says (NIfTI-1 of 2004, NIfTI-2 of 2011), as far as a scan needs it.
 *
 * @param order
 *            byte order of the file
 * @param width
 *            voxels along x
 * @param height
 *            voxels along y
 * @param depth
 *            voxels along z
 * @param volumes
 *            volumes one after the other: time points, directions, components
 * @param type
 *            how one sample is stored
 * @param samples
 *            samples of one voxel: 1, 3 (RGB) or 4 (RGBA)
 * @param dataOffset
 *            first byte of the voxels
 * @param slope
 *            what a stored value is multiplied with; 1 if the header says 0
 * @param intercept
 *            what is added then
 * @param geometry
 *            where the voxels lie
 * @param notes
 *            what a person should know
 */
record NiftiHeader(ByteOrder order, int width, int height, int depth, int volumes, SampleType type, int samples,
        long dataOffset, double slope, double intercept, ScanGeometry geometry, List<String> notes) {

    /** Bytes that hold any header. */
    static final int LONGEST = 540;

    static final int SIZE_1 = 348;
    private static final int SIZE_2 = 540;
    private static final int MOST_VOLUMES = 1 << 20;

    /**
     * Reads the header of a file.
     *
     * @param path
     *            for messages
     * @param start
     *            the first 540 bytes of the file, or all of it if it is shorter
     */
    static NiftiHeader parse(Path path, ByteBuffer start) {
        try {
            return new Parser(path, start).header();
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw SeptumException.input("cannot read " + path + ": it ends within the NIfTI header; get it again", e);
        }
    }

    /**
     * The arrays that the header describes.
     *
     * @param data
     *            the file that holds them
     */
    RawFile arrays(Path data) throws IOException {
        return new RawFile(new RawVolume(data, RawVolume.packingOf(data), 0, dataOffset, order, type, samples,
                List.of(width, height, depth), slope, intercept), volumes, geometry, notes);
    }

    private static final class Parser {

        private final Path path;
        private final ByteBuffer in;
        private final boolean second;
        private final List<String> notes = new ArrayList<>();

        Parser(Path path, ByteBuffer start) {
            this.path = path;
            this.in = start.order(ByteOrder.LITTLE_ENDIAN);
            int size = in.getInt(0);
            if (size != SIZE_1 && size != SIZE_2) {
                in.order(ByteOrder.BIG_ENDIAN);
                size = in.getInt(0);
            }
            this.second = size == SIZE_2;
            byte[] magic = new byte[3];
            in.get(second ? 4 : 344, magic);
            String word = new String(magic, StandardCharsets.ISO_8859_1);
            String digit = second ? "2" : "1";
            if (size != SIZE_1 && size != SIZE_2 || !word.equals("n+" + digit) && !word.equals("ni" + digit)) {
                throw SeptumException.input("cannot read " + path
                        + ": it is no NIfTI-1 or NIfTI-2 file (no \"n+1\" or \"n+2\" in its header); convert it to .nii.gz");
            }
        }

        NiftiHeader header() {
            int[] size = size();
            int code = second ? in.getShort(12) : in.getShort(70);
            int samples = code == 128 ? 3 : code == 2304 ? 4 : 1;
            double slope = second ? in.getDouble(176) : in.getFloat(112);
            double intercept = second ? in.getDouble(184) : in.getFloat(116);
            if (slope == 0 || !Double.isFinite(slope) || !Double.isFinite(intercept) || samples > 1) {
                slope = 1;
                intercept = 0;
            }
            long offset = second ? in.getLong(168) : (long) in.getFloat(108);
            ScanGeometry geometry = new NiftiGeometry(path, in, second, size[2]).read(notes);
            return new NiftiHeader(in.order(), size[0], size[1], size[2], size[3], type(code), samples, offset, slope,
                    intercept, geometry, List.copyOf(notes));
        }

        private int[] size() {
            int intent = second ? in.getInt(504) : in.getShort(68);
            if (intent >= 3000 && intent < 3100)
                throw SeptumException.input(path + " is CIFTI (connectivity of surfaces in a NIfTI file), which is no"
                        + " scan; give a volume");
            long[] dim = new long[8];
            for (int i = 0; i < 8; i++)
                dim[i] = second ? in.getLong(16 + 8 * i) : in.getShort(40 + 2 * i);
            if (dim[0] < 1 || dim[0] > 7)
                throw SeptumException.input("cannot read " + path + ": its header counts " + dim[0]
                        + " axes; allowed are 1 to 7; the file is damaged, get it again");
            long volumes = 1;
            for (int i = 1; i <= dim[0]; i++) {
                if (dim[i] < 1 || dim[i] > Integer.MAX_VALUE || i > 3 && (volumes *= dim[i]) > MOST_VOLUMES)
                    throw SeptumException.input("cannot read " + path + ": axis " + i + " has " + dim[i]
                            + " voxels; the file is damaged, get it again");
            }
            return new int[] { (int) dim[1], dim[0] > 1 ? (int) dim[2] : 1, dim[0] > 2 ? (int) dim[3] : 1,
                    (int) volumes };
        }

        private SampleType type(int code) {
            if (code == 32 || code == 1792 || code == 2048)
                throw SeptumException.input(path + " has complex voxels (NIfTI data type " + code
                        + "); write their magnitude to a file first");
            return switch (code) {
                case 2, 128, 2304 -> SampleType.UINT8;
                case 4 -> SampleType.INT16;
                case 8 -> SampleType.INT32;
                case 16 -> SampleType.FLOAT32;
                case 64 -> SampleType.FLOAT64;
                case 256 -> SampleType.INT8;
                case 512 -> SampleType.UINT16;
                case 768 -> SampleType.UINT32;
                case 1024 -> SampleType.INT64;
                case 1280 -> SampleType.UINT64;
                default -> throw SeptumException.input(path + " has NIfTI data type " + code
                        + " (single bits or 128-bit floats); convert it to whole numbers or 32-bit floats first");
            };
        }
    }
}
