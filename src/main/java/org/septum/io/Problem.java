package org.septum.io;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.septum.core.SeptumException;

/** Turns what libraries throw at a bad file into one line for people. */
final class Problem {

    private static final int LONGEST = 200;

    private Problem() {
    }

    static SeptumException reading(Object path, Exception cause) {
        if (cause instanceof SeptumException known)
            return isNamed(known, path) ? known
                    : new SeptumException(known.kind(), "cannot read " + path + ": " + known.getMessage(), known);
        if (cause instanceof AccessDeniedException || isDenied(cause, path))
            return SeptumException.input("no permission to read " + path + "; ask its owner", cause);
        if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException)
            return SeptumException.input(path + " is not there; check the path", cause);
        return SeptumException.input(
                "cannot read " + path + ": " + reason(cause) + "; the file is damaged or cut short, get it again",
                cause);
    }

    /** Streams of the older kind say that a file is not there if it may not be read. */
    private static boolean isDenied(Exception cause, Object path) {
        return cause instanceof FileNotFoundException && path instanceof Path file && Files.exists(file)
                && !Files.isReadable(file);
    }

    /** True if it says which file it is about, or is not about a file. */
    private static boolean isNamed(SeptumException known, Object path) {
        String name = path instanceof Path p ? FileNames.fileName(p) : path.toString();
        return known.kind() != SeptumException.Kind.INPUT || known.getMessage().contains(name)
                || known.getMessage().contains("cannot read ");
    }

    private static String reason(Exception cause) {
        String text = cause.getMessage();
        if (cause instanceof EOFException && text == null)
            return "it ends too early";
        if (text == null || text.isBlank())
            return cause.getClass().getSimpleName();
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
