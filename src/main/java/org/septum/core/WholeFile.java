package org.septum.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/**
 * Writes a file whole or not at all: aside first, then renamed. What was there stays until the new file is complete.
 */
public final class WholeFile {

    /** Writes the content to the path it is given. */
    @FunctionalInterface
    public interface Content {

        /** Writes everything to a new file at {@code aside}, which lies in the folder of the final file. */
        void writeTo(Path aside) throws IOException;
    }

    /** Bytes of a file name that Linux, macOS and network disks allow. */
    private static final int LONGEST_NAME = 255;

    /** Bytes that stand before the name of a file that is being written, at most. */
    private static final int ROOM = 60;

    /** Bytes of a path that Linux allows. */
    private static final int LONGEST_PATH = 4095;

    /** Beside the process and the thread: two machines that share a disk may use the same numbers. */
    private static final String OWN = ProcessHandle.current().pid() + "-"
            + Long.toString((System.currentTimeMillis() << 20 ^ System.nanoTime()) & Long.MAX_VALUE, 36);

    private WholeFile() {
    }

    /** Where this thread writes a file before it is renamed: in the same folder, with a name that ends alike. */
    public static Path aside(Path file) {
        Path absolute = file.toAbsolutePath();
        return absolute.resolveSibling(
                ".part-" + OWN + "-" + Thread.currentThread().getId() + "-" + shortened(absolute.getFileName()));
    }

    /** The end of a name that is so long that nothing could stand before it; its hash tells it from others. */
    private static String shortened(Path fileName) {
        String name = fileName.toString();
        if (bytes(name) <= LONGEST_NAME - ROOM)
            return name;
        String end = name;
        while (bytes(end) > LONGEST_NAME - 2 * ROOM)
            end = end.substring(Character.charCount(end.codePointAt(0)));
        return Integer.toHexString(name.hashCode()) + "-" + end;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Removes what processes that were killed left half-written of a file. To be called by whoever alone may write it.
     *
     * @throws SeptumException
     *             of kind OUTPUT if something cannot be removed
     */
    public static void removeLeftovers(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        Pattern leftover = Pattern
                .compile("\\.part-\\d+-[0-9a-z]+-\\d+-" + Pattern.quote(shortened(file.getFileName())) + "(\\.d)?");
        if (!Files.isDirectory(folder))
            return;
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".part-*")) {
            for (Path part : parts)
                if (leftover.matcher(part.getFileName().toString()).matches())
                    FileTree.delete(part);
        } catch (IOException | DirectoryIteratorException e) {
            throw SeptumException.output("cannot remove what is left of " + file + " in " + folder + ": "
                    + e.getMessage() + "; remove .part-* there by hand", e);
        }
    }

    /**
     * Throws a {@link SeptumException} of kind OUTPUT if the file exists and may not be overwritten. Ask before long
     * work.
     */
    public static void requireFree(Path file, boolean overwrite) {
        if (!overwrite && Files.exists(file)) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    file + " exists; choose another output, or replace it with --overwrite");
        }
    }

    /** Refuses what no disk could take, so that it can be told from a disk that has gone. */
    private static void requirePossible(Path file) {
        Path absolute = file.toAbsolutePath();
        String why = "";
        if (bytes(absolute.getFileName().toString()) > LONGEST_NAME)
            why = "its name has more than " + LONGEST_NAME + " bytes; shorten the name of the scan";
        else if (bytes(aside(file).toString()) > LONGEST_PATH)
            why = "its path has more than " + LONGEST_PATH + " bytes; choose an output folder nearer to the root";
        else if (Files.isDirectory(absolute))
            why = "a folder has its name; move the folder away, or choose another output";
        for (Path above = absolute.getParent(); why.isEmpty() && above != null
                && !Files.isDirectory(above); above = above.getParent())
            if (Files.exists(above))
                why = above + " is no folder; rename one of the two";
        if (!why.isEmpty())
            throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file + ": " + why);
    }

    /**
     * Writes a file whole or not at all.
     *
     * @param file
     *            the final path; its folder is made if need be
     * @param overwrite
     *            whether a file that is there may be replaced
     * @param content
     *            writes the file; the name it is given ends like {@code file}
     *
     * @throws SeptumException
     *             of kind OUTPUT; with the cause if the disk refuses it, without one if its name is impossible
     */
    public static void write(Path file, boolean overwrite, Content content) {
        requireFree(file, overwrite);
        requirePossible(file);
        Path absolute = file.toAbsolutePath();
        Path aside = aside(file);
        try {
            Files.createDirectories(absolute.getParent());
            content.writeTo(aside);
            move(aside, absolute);
        } catch (IOException e) {
            throw SeptumException.output("cannot write " + file + ": " + reason(e)
                    + "; check the free space and the permissions of its folder", e);
        } finally {
            try {
                Files.deleteIfExists(aside);
            } catch (IOException e) {
                // the write itself has already succeeded or thrown; a left-over aside file is harmless
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String reason(IOException e) {
        // Why? These say nothing but the name of the file.
        if (e instanceof AccessDeniedException denied)
            return "no permission to write in " + Path.of(denied.getFile()).toAbsolutePath().getParent();
        if (e instanceof FileAlreadyExistsException there)
            return there.getFile() + " is no folder";
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
