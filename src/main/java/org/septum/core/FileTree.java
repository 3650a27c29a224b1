package org.septum.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes folders that Septum made. Links in them are removed, never followed. */
public final class FileTree {

    private FileTree() {
    }

    /**
     * Deletes a folder with everything in it; nothing happens if it is not there.
     *
     * @throws SeptumException
     *             of kind OUTPUT if something in it cannot be deleted
     */
    public static void delete(Path folder) {
        if (!Files.exists(folder))
            return;
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst)
                Files.deleteIfExists(path);
        } catch (IOException | UncheckedIOException e) {
            throw SeptumException.output("cannot remove " + folder + ": " + e.getMessage() + "; remove it by hand", e);
        }
    }

    /** Deletes what can be deleted; what stays lies in a temporary place, which the system empties. */
    public static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (SeptumException e) {
            // an open file on some systems
        }
    }
}
