package org.septum.pipeline;

import java.net.URI;
import java.nio.file.Path;

/**
 * Paths as text that leads back to them. A name may hold bytes that are no text in the character set of the system:
 * they stand as in an address then, {@code caf%E9.nii.gz}, and the path can be found by its address only.
 */
final class PathText {

    /** What stands for bytes that are no text. */
    private static final char UNREADABLE = '\uFFFD';

    private PathText() {
    }

    /** True if the name of a file, or of a folder above, is no text. */
    static boolean isUnreadable(Path path) {
        return path.toString().indexOf(UNREADABLE) >= 0;
    }

    /** The names from a folder down to a path, with / between them. */
    static String below(Path folder, Path path) {
        Path relative = folder.relativize(path);
        if (!isUnreadable(relative))
            return relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        String[] bytes = address(path).split("/");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < relative.getNameCount(); i++) {
            Path name = relative.getName(i);
            text.append(i == 0 ? "" : "/")
                    .append(isUnreadable(name) ? bytes[bytes.length - relative.getNameCount() + i] : name.toString());
        }
        return text.toString();
    }

    /** An address that keeps every byte. */
    static String address(Path path) {
        return path.toUri().getRawPath();
    }

    /** The path of an address. */
    static Path at(String address) {
        return Path.of(URI.create("file://" + address));
    }
}
