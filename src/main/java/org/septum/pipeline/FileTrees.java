package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/** Folders of our own making. */
final class FileTrees {

    private FileTrees() {
    }

    /** Deletes a folder that Septum made, with everything in it; nothing happens if it is not there. */
    static void delete(Path folder) {
        if (!Files.exists(folder))
            return;
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst)
                Files.delete(file);
        } catch (IOException e) {
            throw SeptumException.output("cannot remove " + folder + ": " + e.getMessage() + "; remove it by hand", e);
        }
    }
}
