package org.septum.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.septum.core.SeptumException;

/** A bundle's folder as a zip: all files at the top, no folders. */
final class BundleZip {

    /** More files than any bundle has. */
    static final int MOST_FILES = 100;

    /** Weights hardly shrink; what shrinks more than this and is not small is a bomb. */
    private static final long LARGEST_RATIO = 100;

    /** No harm is done by less, however much it shrank. */
    private static final long SMALL = 64L << 20;

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
     * Looks at what a zip says of itself, before anything is unpacked.
     *
     * @param limit
     *            most bytes in all
     *
     * @return the names of its files
     *
     * @throws SeptumException
     *             if an entry has a path, is a link or encrypted, occurs twice or shares bytes with another, or there
     *             are too many or too large ones
     */
    static List<String> check(Path zip, long limit) throws IOException {
        ZipDirectory directory = ZipDirectory.read(zip);
        List<ZipDirectory.Entry> entries = directory.entries();
        if (entries.size() > MOST_FILES)
            throw unusable(zip, "it has " + entries.size() + " entries; allowed: " + MOST_FILES);
        Set<String> seen = new HashSet<>();
        long total = 0;
        long packed = 0;
        for (ZipDirectory.Entry entry : entries) {
            requirePlain(zip, entry);
            if (!seen.add(entry.name().toLowerCase(Locale.ROOT)))
                throw unusable(zip, "it has two entries \"" + entry.name() + "\"");
            total += entry.size();
            packed += entry.packed();
        }
        if (total > limit)
            throw unusable(zip, "it unpacks to " + total + " bytes; allowed: " + limit);
        if (total > SMALL && total / LARGEST_RATIO > packed) {
            throw unusable(zip, "it unpacks to " + total + " bytes from " + packed + ", like a zip bomb; allowed: "
                    + LARGEST_RATIO + " times its size");
        }
        ZipDirectory.Entry overlapping = directory.overlapping();
        if (overlapping != null) {
            throw unusable(zip, "its entry \"" + overlapping.name()
                    + "\" shares bytes with another, like a zip bomb; each entry must have its own");
        }
        return entries.stream().map(ZipDirectory.Entry::name).toList();
    }

    private static void requirePlain(Path zip, ZipDirectory.Entry entry) {
        String shown = entry.name().replaceAll("\\p{Cntrl}", "?");
        if (!FileNameRule.isSafe(entry.name())) {
            throw unusable(zip,
                    "its entry \"" + shown + "\" is not a plain file name; all files must lie at the top of the zip");
        }
        if (entry.isLink())
            throw unusable(zip, "its entry \"" + shown + "\" is a symbolic link; only files are allowed");
        if (entry.isEncrypted())
            throw unusable(zip, "its entry \"" + shown + "\" is encrypted; pack it without a password");
    }

    /**
     * The text of one entry of a checked zip.
     *
     * @param limit
     *            most bytes that it may have
     */
    static byte[] read(Path zip, String name, long limit) throws IOException {
        try (ZipFile in = new ZipFile(zip.toFile());
                InputStream data = open(in, name)) {
            byte[] bytes = data.readNBytes((int) limit + 1);
            if (bytes.length > limit)
                throw unusable(zip, name + " has more than " + limit + " bytes; allowed: " + limit);
            return bytes;
        }
    }

    /**
     * Extracts a checked zip into an empty folder. No more is written than allowed, whatever the zip says of itself.
     *
     * @param names
     *            of the entries
     * @param limit
     *            most bytes in all
     */
    static void extract(Path zip, Path folder, List<String> names, long limit) throws IOException {
        try (ZipFile in = new ZipFile(zip.toFile())) {
            long left = limit;
            for (String name : names) {
                try (InputStream data = open(in, name)) {
                    left -= copy(data, folder.resolve(name), left, zip);
                }
            }
        }
    }

    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        InputStream in = entry == null ? null : zip.getInputStream(entry);
        if (in == null)
            throw unusable(Path.of(zip.getName()), name + " is missing");
        return in;
    }

    private static long copy(InputStream in, Path target, long limit, Path zip) throws IOException {
        long total = 0;
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = Files.newOutputStream(target)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > limit)
                    throw unusable(zip, "it unpacks to more than the allowed " + limit + " bytes");
                out.write(buffer, 0, n);
            }
        }
        return total;
    }

    private static SeptumException unusable(Path zip, String what) {
        return PackageFolder.unusable(zip, what);
    }
}
