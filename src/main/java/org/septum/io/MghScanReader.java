package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** Reads FreeSurfer's volumes, .mgh and .mgz: a big-endian header of 284 bytes and a raw array. */
final class MghScanReader extends RawScanReader {

    private static final int HEADER = 284;

    MghScanReader() {
        super(".mgh", ".mgz");
    }

    @Override
    RawFile open(Path path) throws IOException {
        ByteBuffer in;
        try (InputStream file = RawVolume.open(path)) {
            in = ByteBuffer.wrap(file.readNBytes(HEADER));
        }
        if (in.limit() < HEADER)
            throw new EOFException("it ends within the header");
        List<Integer> size = List.of(in.getInt(4), in.getInt(8), in.getInt(12));
        int volumes = in.getInt(16);
        if (in.getInt(0) != 1 || volumes < 1 || size.stream().anyMatch(s -> s < 1))
            throw new IOException("its header is not that of FreeSurfer, version 1");
        SampleType type = switch (in.getInt(20)) {
            case 0 -> SampleType.UINT8;
            case 1 -> SampleType.INT32;
            case 3 -> SampleType.FLOAT32;
            case 4 -> SampleType.INT16;
            default -> throw SeptumException.input(
                    path + " has voxels of MGH type " + in.getInt(20) + "; 0, 1, 3 and 4 are allowed; convert it");
        };
        return new RawFile(new RawVolume(path, RawVolume.packingOf(path), 0, HEADER, in.order(), type, 1, size, 1, 0),
                volumes, geometry(in, size), List.of());
    }

    /** The header states the place of the middle voxel; a header without a place has axes of its own. */
    private static ScanGeometry geometry(ByteBuffer in, List<Integer> size) {
        boolean placed = in.getShort(28) > 0;
        Vector3 spacing = placed ? vector(in, 30) : new Vector3(1, 1, 1);
        Vector3 x = placed ? vector(in, 42) : new Vector3(-1, 0, 0);
        Vector3 y = placed ? vector(in, 54) : new Vector3(0, 0, -1);
        Vector3 z = placed ? vector(in, 66) : new Vector3(0, 1, 0);
        Vector3 origin = placed ? vector(in, 78) : Vector3.ZERO;
        origin = origin.minus(x.times(spacing.x() * (size.get(0) / 2.0)))
                .minus(y.times(spacing.y() * (size.get(1) / 2.0))).minus(z.times(spacing.z() * (size.get(2) / 2.0)));
        return new ScanGeometry(spacing, NiftiGeometry.lps(origin),
                new Direction(NiftiGeometry.lps(x), NiftiGeometry.lps(y), NiftiGeometry.lps(z)));
    }

    private static Vector3 vector(ByteBuffer in, int at) {
        return new Vector3(in.getFloat(at), in.getFloat(at + 4), in.getFloat(at + 8));
    }
}
