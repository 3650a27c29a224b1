package org.septum.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.septum.core.SeptumException;

/**
 * Reads NIfTI-1 and NIfTI-2: .nii, .nii.gz and pairs .hdr and .img.
 * <p>
 * <b>Why?</b> A NIfTI file is a header and a raw array. Bio-Formats 7.3.1 fails on NIfTI-2 and on 64-bit whole numbers
 * and leaves the scale out, so the array is read here. A .nii.gz is decompressed once and its planes are kept as they
 * were stored, on disk if memory is short; a .nii is read plane by plane when looked at.
 */
final class NiftiScanReader extends RawScanReader {

    NiftiScanReader() {
        super(".nii", ".nii.gz", ".hdr", ".img", ".img.gz");
    }

    @Override
    RawFile open(Path path) throws IOException {
        Path headerFile = headerOf(path);
        try (InputStream in = RawVolume.open(headerFile)) {
            return NiftiHeader.parse(headerFile, ByteBuffer.wrap(in.readNBytes(NiftiHeader.LONGEST)))
                    .arrays(dataOf(headerFile));
        }
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
