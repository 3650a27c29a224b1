package org.septum.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.septum.core.SeptumException;

/** A bundle's folder as a zip: all files at the top, no folders. */
final class BundleZip {

    /** More files than any bundle has. */
    private static final int MOST_FILES = 100;

    private static final int BUFFER = 1 << 16;

    /** The same for all, so that equal bundles give equal bytes. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private BundleZip() {
    }

    /** Writes files of a folder, in the order of the list. */
    static void pack(Path folder, List<String> names, Path zip) throws IOException {
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (String name : names) {
                ZipEntry entry = new ZipEntry(name);
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                Files.copy(folder.resolve(name), out);
                out.closeEntry();
            }
        }
    }

    /**
     * Extracts a zip into an empty folder. No entry leaves the folder, and no more is written than allowed, whatever
     * the zip says of itself.
     *
     * @param limit
     *            most bytes in all
     *
     * @throws SeptumException
     *             if an entry has a path, occurs twice, or there are too many or too large ones
     */
    static void extract(Path zip, Path folder, long limit) throws IOException {
        try (ZipFile in = new ZipFile(zip.toFile())) {
            if (in.size() > MOST_FILES)
                throw unusable(zip, "it has " + in.size() + " entries; allowed: " + MOST_FILES);
            Set<String> seen = new HashSet<>();
            long left = limit;
            for (ZipEntry entry : Collections.list(in.entries())) {
                String name = entry.getName();
                if (!Bundle.isPlainName(name))
                    throw unusable(zip, "its entry \"" + name.replaceAll("\\p{Cntrl}", "?")
                            + "\" is not a plain file name; all files must lie at the top of the zip");
                if (!seen.add(name.toLowerCase(java.util.Locale.ROOT)))
                    throw unusable(zip, "it has two entries \"" + name + "\"");
                try (InputStream data = in.getInputStream(entry)) {
                    left -= copy(data, folder.resolve(name), left, zip);
                }
            }
        }
    }

    private static long copy(InputStream in, Path target, long limit, Path zip) throws IOException {
        long total = 0;
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = Files.newOutputStream(target)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > limit)
                    throw unusable(zip, "it unpacks to more than the allowed size");
                out.write(buffer, 0, n);
            }
        }
        return total;
    }

    private static SeptumException unusable(Path zip, String what) {
        return SeptumException.input(zip + " is not a usable model: " + what);
    }
}
