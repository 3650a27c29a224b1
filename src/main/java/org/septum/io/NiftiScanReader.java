package org.septum.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * Reads NIfTI-1 and NIfTI-2: .nii, .nii.gz and pairs .hdr and .img.
 * <p>
 * <b>Why?</b> A NIfTI file is a header and a raw array. Bio-Formats 7.3.1 fails on NIfTI-2 and on 64-bit whole numbers
 * and leaves the scale out, so the array is read here. A .nii.gz is decompressed once and its planes are kept in memory
 * as they were stored; a .nii is read plane by plane when looked at.
 */
final class NiftiScanReader implements ScanReader {

    @Override
    public boolean accepts(Path path) {
        String name = FileNames.lower(path);
        return name.endsWith(".nii") || name.endsWith(".nii.gz") || name.endsWith(".hdr") || name.endsWith(".img")
                || name.endsWith(".img.gz");
    }

    @Override
    public Scan read(Path path) {
        try {
            Path headerFile = headerOf(path);
            NiftiHeader header;
            try (InputStream in = open(headerFile)) {
                header = NiftiHeader.parse(headerFile, ByteBuffer.wrap(in.readNBytes(NiftiHeader.LONGEST)));
            }
            Path data = dataOf(headerFile);
            List<String> notes = new ArrayList<>(header.notes());
            PlaneSource planes = isCompressed(data) ? compressed(data, header, notes) : plain(data, header, notes);
            int channels = Math.min(header.samples(), 3);
            long[] size = { header.width(), header.height(), header.depth(), channels };
            return new Scan(FileNames.stem(path), PlaneCells.image(path.toString(), size, planes), header.geometry(),
                    channels == 3 ? Modality.RGB : Modality.OTHER, notes);
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static PlaneSource compressed(Path data, NiftiHeader header, List<String> notes) throws IOException {
        List<byte[]> planes = new ArrayList<>();
        long bad = 0;
        try (InputStream in = open(data)) {
            in.skipNBytes(header.dataOffset());
            for (int z = 0; z < header.depth(); z++) {
                byte[] plane = in.readNBytes(header.planeBytes());
                if (plane.length < header.planeBytes())
                    throw tooShort(z, header);
                bad += header.type().countNonFinite(buffer(plane, header));
                planes.add(plane);
            }
        }
        noteNonFinite(bad, notes);
        return (z, channel) -> decode(planes.get(z), channel, header);
    }

    private static PlaneSource plain(Path data, NiftiHeader header, List<String> notes) throws IOException {
        long needed = header.dataOffset() + (long) header.planeBytes() * header.depth();
        if (Files.size(data) < needed)
            throw tooShort((int) ((Files.size(data) - header.dataOffset()) / header.planeBytes()), header);
        if (header.type().isFloating()) {
            long bad = 0;
            for (int z = 0; z < header.depth(); z++)
                bad += header.type().countNonFinite(buffer(readPlane(data, z, header), header));
            noteNonFinite(bad, notes);
        }
        return (z, channel) -> decode(readPlane(data, z, header), channel, header);
    }

    private static byte[] readPlane(Path data, int z, NiftiHeader header) throws IOException {
        ByteBuffer plane = ByteBuffer.allocate(header.planeBytes());
        try (FileChannel in = FileChannel.open(data)) {
            long at = header.dataOffset() + (long) z * header.planeBytes();
            while (plane.hasRemaining()) {
                if (in.read(plane, at + plane.position()) < 0)
                    throw tooShort(z, header);
            }
        }
        return plane.array();
    }

    private static float[] decode(byte[] plane, int channel, NiftiHeader header) {
        int count = header.width() * header.height();
        float[] out = header.type().readAll(buffer(plane, header), channel, header.samples(), count);
        if (header.isScaled()) {
            for (int i = 0; i < count; i++)
                out[i] = (float) (out[i] * header.slope() + header.intercept());
        }
        return out;
    }

    private static ByteBuffer buffer(byte[] plane, NiftiHeader header) {
        return ByteBuffer.wrap(plane).order(header.order());
    }

    private static void noteNonFinite(long bad, List<String> notes) {
        if (bad > 0)
            notes.add(bad + " voxels hold NaN or infinity; they are read as 0");
    }

    private static IOException tooShort(int slices, NiftiHeader header) {
        return new EOFException("it ends after " + Math.max(0, slices) + " of " + header.depth() + " slices");
    }

    private static InputStream open(Path path) throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            return isCompressed(path) ? new GZIPInputStream(file, 1 << 16) : new BufferedInputStream(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static boolean isCompressed(Path path) {
        return FileNames.lower(path).endsWith(".gz");
    }

    private static Path headerOf(Path path) {
        String name = path.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).matches(".*\\.img(\\.gz)?")
                ? other(path, name.replaceFirst("(?i)\\.img(\\.gz)?$", ""), ".hdr", ".hdr.gz")
                : path;
    }

    private static Path dataOf(Path header) {
        String name = header.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).matches(".*\\.hdr(\\.gz)?")
                ? other(header, name.replaceFirst("(?i)\\.hdr(\\.gz)?$", ""), ".img", ".img.gz")
                : header;
    }

    private static Path other(Path path, String stem, String... extensions) {
        for (String extension : extensions) {
            Path file = path.resolveSibling(stem + extension);
            if (Files.exists(file))
                return file;
        }
        throw SeptumException.input(path + " is one half of a pair; " + stem + extensions[0] + " must lie next to it");
    }
}
