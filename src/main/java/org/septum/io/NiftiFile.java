package org.septum.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;

/**
 * Writes NIfTI-1 files, little-endian, with the affine as sform and, if its axes are orthogonal, as qform too.
 */
final class NiftiFile {

    /** Stands in the description of a 2D image whose pixel size is known, but not its thickness. */
    static final String SLICE_SPACING_UNKNOWN = "slice spacing not known";

    private static final int DATA_OFFSET = 352;
    private static final double ORTHOGONAL = 1e-4;

    /** Gives the bytes of slice {@code z}, little-endian. */
    @FunctionalInterface
    interface Slices {

        /** The bytes of one slice. */
        byte[] slice(int z);
    }

    private NiftiFile() {
    }

    /**
     * Writes a .nii, or a .nii.gz if the name ends so.
     */
    static void write(Path file, boolean overwrite, ByteBuffer header, int depth, Slices slices) {
        WholeFile.write(file, overwrite, aside -> {
            try (OutputStream out = open(aside)) {
                out.write(header.array());
                for (int z = 0; z < depth; z++)
                    out.write(slices.slice(z));
            }
        });
    }

    private static OutputStream open(Path file) throws IOException {
        OutputStream raw = Files.newOutputStream(file);
        return FileNames.lower(file).endsWith(".gz") ? new BufferedOutputStream(new GZIPOutputStream(raw, 1 << 16))
                : new BufferedOutputStream(raw);
    }

    /**
     * A NIfTI-1 header.
     *
     * @param type
     *            UINT8, INT16 or FLOAT32
     */
    static ByteBuffer header(Path file, long[] size, ScanGeometry geometry, SampleType type) {
        ByteBuffer out = ByteBuffer.allocate(DATA_OFFSET).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, NiftiHeader.SIZE_1);
        out.putShort(40, (short) 3);
        for (int d = 0; d < 3; d++) {
            if (size[d] > Short.MAX_VALUE)
                throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file + ": axis " + d + " has "
                        + size[d] + " voxels and NIfTI-1 allows 32767; write ome-tiff instead");
            out.putShort(42 + 2 * d, (short) size[d]);
            out.putShort(48 + 2 * d, (short) 1);
        }
        out.putShort(54, (short) 1);
        out.putShort(70, (short) (type == SampleType.UINT8 ? 2 : type == SampleType.INT16 ? 4 : 16));
        out.putShort(72, (short) (8 * type.bytes()));
        out.putFloat(108, DATA_OFFSET);
        out.putFloat(112, 1);
        out.put(344, new byte[] { 'n', '+', '1', 0 });
        putGeometry(out, geometry);
        return out;
    }

    private static void putGeometry(ByteBuffer out, ScanGeometry geometry) {
        ScanGeometry known = geometry.orUnitSpacing();
        Vector3 spacing = known.spacing();
        out.putFloat(76, 1);
        for (int d = 0; d < 3; d++)
            out.putFloat(80 + 4 * d, (float) spacing.get(d));
        if (geometry.equals(ScanGeometry.UNKNOWN))
            return;
        if (Double.isNaN(geometry.spacing().z()))
            out.put(148, SLICE_SPACING_UNKNOWN.getBytes(StandardCharsets.US_ASCII));
        out.put(123, (byte) 2);
        Direction direction = known.direction();
        Vector3 origin = NiftiGeometry.lps(known.origin());
        out.putShort(254, (short) 1);
        for (int row = 0; row < 3; row++) {
            for (int d = 0; d < 3; d++)
                out.putFloat(280 + 16 * row + 4 * d,
                        (float) (NiftiGeometry.lps(direction.axis(d)).get(row) * spacing.get(d)));
            out.putFloat(292 + 16 * row, (float) origin.get(row));
        }
        if (isOrthogonal(direction))
            putQform(out, direction, origin);
    }

    private static boolean isOrthogonal(Direction d) {
        return Math.abs(d.x().dot(d.y())) < ORTHOGONAL && Math.abs(d.x().dot(d.z())) < ORTHOGONAL
                && Math.abs(d.y().dot(d.z())) < ORTHOGONAL;
    }

    /** Code, handedness, quaternion and offset; the inverse of METHOD 2 in nifti1.h. */
    private static void putQform(ByteBuffer out, Direction direction, Vector3 origin) {
        Vector3 x = NiftiGeometry.lps(direction.x());
        Vector3 y = NiftiGeometry.lps(direction.y());
        Vector3 z = NiftiGeometry.lps(direction.z());
        boolean leftHanded = x.cross(y).dot(z) < 0;
        if (leftHanded)
            z = z.times(-1);
        double[] q = quaternion(x, y, z);
        out.putShort(252, (short) 1);
        out.putFloat(76, leftHanded ? -1 : 1);
        for (int i = 0; i < 3; i++) {
            out.putFloat(256 + 4 * i, (float) q[i + 1]);
            out.putFloat(268 + 4 * i, (float) origin.get(i));
        }
    }

    /** The unit quaternion a, b, c, d with a ≥ 0 of the rotation with these columns. */
    private static double[] quaternion(Vector3 x, Vector3 y, Vector3 z) {
        // Four times the products of the components; the row with the largest square divides best.
        double[][] products = { { 1 + x.x() + y.y() + z.z(), y.z() - z.y(), z.x() - x.z(), x.y() - y.x() },
                { y.z() - z.y(), 1 + x.x() - y.y() - z.z(), x.y() + y.x(), z.x() + x.z() },
                { z.x() - x.z(), x.y() + y.x(), 1 - x.x() + y.y() - z.z(), y.z() + z.y() },
                { x.y() - y.x(), z.x() + x.z(), y.z() + z.y(), 1 - x.x() - y.y() + z.z() } };
        int best = 0;
        for (int i = 1; i < 4; i++)
            if (products[i][i] > products[best][best])
                best = i;
        double scale = 1 / (2 * Math.sqrt(products[best][best]));
        if (products[best][0] < 0)
            scale = -scale;
        double[] q = new double[4];
        for (int i = 0; i < 4; i++)
            q[i] = products[best][i] * scale;
        return q;
    }
}
