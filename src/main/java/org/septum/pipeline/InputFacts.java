package org.septum.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/**
 * What tells whether a scan is still the one that was segmented. Of a DICOM folder all files in it count, of a header
 * the files beside it that differ in the extension only.
 *
 * @param bytes
 *            of all its files
 * @param modified
 *            when one of them changed last, in milliseconds since 1970
 * @param sha256
 *            of the names and bytes of its files; empty if it was not computed
 */
public record InputFacts(long bytes, long modified, String sha256) {

    /** Of a scan that cannot be looked at. */
    static final InputFacts NONE = new InputFacts(-1, -1, "");

    /** A folder may hold a hundred thousand headers. */
    private static final FolderNames BESIDE = new FolderNames(Files::list);

    /** All three, which reads the files once. */
    static InputFacts of(Path path) {
        try {
            List<Path> files = files(path);
            InputFacts quick = quick(files);
            MessageDigest digest = Sha256.digest();
            for (Path file : files) {
                if (files.size() > 1)
                    digest.update(
                            (file.getFileName() + "\0" + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
                Sha256.add(file, digest);
            }
            return new InputFacts(quick.bytes, quick.modified, Sha256.hex(digest));
        } catch (IOException | SeptumException e) {
            // whoever reads the scan says what is the matter with it
            return NONE;
        }
    }

    /**
     * True if a scan is still this one. Sizes and times that are the same are believed; else the bytes decide.
     */
    boolean isStill(Path path) {
        if (sha256.isEmpty())
            return false;
        try {
            InputFacts quick = quick(files(path));
            if (quick.bytes != bytes)
                return false;
            return quick.modified == modified || of(path).sha256.equals(sha256);
        } catch (IOException e) {
            return false;
        }
    }

    private static InputFacts quick(List<Path> files) throws IOException {
        long bytes = 0;
        long modified = 0;
        for (Path file : files) {
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            bytes += facts.size();
            modified = Math.max(modified, facts.lastModifiedTime().toMillis());
        }
        return new InputFacts(bytes, modified, "");
    }

    private static List<Path> files(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                return files.filter(f -> !f.getFileName().toString().startsWith(".") && Files.isRegularFile(f)).sorted()
                        .toList();
            }
        }
        if (!Files.isRegularFile(path))
            throw new IOException(path + " is no file; opening a pipe would wait for ever");
        String name = path.getFileName().toString();
        if (!name.toLowerCase(Locale.ROOT).matches(".*\\.(hdr|mhd|nhdr)") || path.toAbsolutePath().getParent() == null)
            return List.of(path);
        String stem = name.substring(0, name.lastIndexOf('.') + 1);
        return BESIDE.beginningWith(path.toAbsolutePath().getParent(), stem).stream().filter(Files::isRegularFile)
                .toList();
    }
}
