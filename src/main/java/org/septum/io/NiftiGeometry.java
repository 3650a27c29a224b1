package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Where the voxels lie by a NIfTI header: its sform if it has one, else its qform, else its voxel size alone. NIfTI
 * counts in RAS; the result is LPS in mm.
 */
final class NiftiGeometry {

    private static final double SMALLEST = 1e-9;

    private final Path path;
    private final ByteBuffer in;
    private final boolean second;
    private final int depth;
    private final int unitCode;
    private final double toMillimetres;

    NiftiGeometry(Path path, ByteBuffer in, boolean second, int depth) {
        this.path = path;
        this.in = in;
        this.second = second;
        this.depth = depth;
        unitCode = (second ? in.getInt(500) : in.get(123)) & 7;
        toMillimetres = unitCode == 1 ? 1000 : unitCode == 3 ? 0.001 : 1;
    }

    ScanGeometry read(List<String> notes) {
        int sform = second ? in.getInt(348) : in.getShort(254);
        int qform = second ? in.getInt(344) : in.getShort(252);
        if (sform > 0) {
            Vector3[] columns = sformColumns();
            if (volume(columns) > SMALLEST)
                return geometry(columns);
            if (qform <= 0)
                throw SeptumException.input(path + " has a singular sform (its axes do not span space) and no qform;"
                        + " give it an affine, for example with fslorient or nibabel");
            notes.add("the sform is singular; the qform is used");
        }
        if (qform > 0)
            return geometry(qformColumns());
        return fromVoxelSizeAlone(notes);
    }

    private ScanGeometry fromVoxelSizeAlone(List<String> notes) {
        Vector3 size = voxelSize();
        // Why? Scanners and converters state a unit or a transform; a header without either, and 1 everywhere, is what
        // tools write for pictures whose pixel size they do not know.
        if (unitCode == 0 && size.distanceTo(new Vector3(1, 1, 1)) == 0)
            return ScanGeometry.UNKNOWN;
        notes.add("the header has neither sform nor qform; the axes are taken as Right, Anterior, Superior");
        return geometry(new Vector3[] { new Vector3(size.x(), 0, 0), new Vector3(0, size.y(), 0),
                new Vector3(0, 0, size.z()), Vector3.ZERO });
    }

    private Vector3[] sformColumns() {
        Vector3[] columns = new Vector3[4];
        for (int c = 0; c < 4; c++) {
            columns[c] = new Vector3(real(400, 280, c), real(400, 280, 4 + c), real(400, 280, 8 + c));
        }
        if (depth == 1 && columns[2].length() < SMALLEST) {
            Vector3 normal = columns[0].cross(columns[1]);
            if (normal.length() > SMALLEST)
                columns[2] = normal.times(voxelSize().z() / normal.length());
        }
        return columns;
    }

    /** The rotation of a unit quaternion as in nifti1.h, METHOD 2. */
    private Vector3[] qformColumns() {
        double b = real(352, 256, 0);
        double c = real(352, 256, 1);
        double d = real(352, 256, 2);
        double rest = 1 - b * b - c * c - d * d;
        double a = Math.sqrt(Math.max(0, rest));
        if (rest < 1e-7) {
            double norm = Math.sqrt(b * b + c * c + d * d);
            a = 0;
            b /= norm;
            c /= norm;
            d /= norm;
        }
        double flip = real(104, 76, 0) < 0 ? -1 : 1;
        Vector3 size = voxelSize();
        return new Vector3[] {
                new Vector3(a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)).times(size.x()),
                new Vector3(2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)).times(size.y()),
                new Vector3(2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - c * c - b * b)
                        .times(flip * size.z()),
                new Vector3(real(376, 268, 0), real(376, 268, 1), real(376, 268, 2)) };
    }

    private Vector3 voxelSize() {
        return new Vector3(voxelSize(1), voxelSize(2), voxelSize(3));
    }

    private double voxelSize(int axis) {
        double size = Math.abs(real(104, 76, axis));
        if (size > 0 && Double.isFinite(size))
            return size;
        if (axis == 3 && depth == 1)
            return 1;
        throw SeptumException.input(path + " has voxel size " + size + " along axis " + axis
                + "; it must be positive; correct its header (pixdim)");
    }

    private ScanGeometry geometry(Vector3[] ras) {
        for (Vector3 column : ras) {
            if (!column.isFinite())
                throw SeptumException
                        .input(path + " has numbers that are not finite in its affine; correct its header");
        }
        double z = isSliceSpacingUnknown() ? Double.NaN : ras[2].length();
        Vector3 spacing = new Vector3(ras[0].length(), ras[1].length(), z);
        Direction direction = new Direction(unit(ras[0]), unit(ras[1]), unit(ras[2]));
        return new ScanGeometry(spacing.times(toMillimetres), lps(ras[3]).times(toMillimetres), direction);
    }

    private boolean isSliceSpacingUnknown() {
        byte[] description = new byte[NiftiFile.SLICE_SPACING_UNKNOWN.length()];
        in.get(second ? 240 : 148, description);
        return depth == 1 && new String(description, StandardCharsets.US_ASCII).equals(NiftiFile.SLICE_SPACING_UNKNOWN);
    }

    private static Vector3 unit(Vector3 column) {
        return lps(column.times(1 / column.length()));
    }

    /** From Right-Anterior-Superior to Left-Posterior-Superior, or back. */
    static Vector3 lps(Vector3 v) {
        return new Vector3(0.0 - v.x(), 0.0 - v.y(), v.z());
    }

    private static double volume(Vector3[] columns) {
        return Math.abs(columns[0].cross(columns[1]).dot(columns[2]));
    }

    /** Number {@code i} of an array of doubles in NIfTI-2 or floats in NIfTI-1. */
    private double real(int inSecond, int inFirst, int i) {
        return second ? in.getDouble(inSecond + 8 * i) : in.getFloat(inFirst + 4 * i);
    }
}
