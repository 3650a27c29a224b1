package org.septum.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

import org.septum.core.SeptumException;
import org.septum.io.ScanFolders;

/** Reads a {@link BatchList} from its file, one scan at a time. */
final class BatchListReader implements Iterator<BatchScan>, AutoCloseable {

    private final Path file;

    private final BufferedReader in;

    private Path root;

    private String prefix = "";

    private Path folder;

    private String below = "";

    private BatchScan next;

    BatchListReader(Path file) {
        this.file = file;
        try {
            in = Files.newBufferedReader(file);
            String first = in.readLine();
            if (!BatchList.MAGIC.equals(first))
                throw SeptumException.input(file + " is no list of scans of this Septum; remove it and begin again");
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private SeptumException failed(IOException e) {
        return SeptumException.output(
                "cannot read " + file + ": " + e.getMessage() + "; is the disk of the output folder still there?", e);
    }

    /** True if the list is whole and no folder of it has changed; nothing can be read afterwards. */
    boolean isCurrent() {
        try {
            return isUnchanged();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // it is damaged
            return false;
        }
    }

    private boolean isUnchanged() {
        for (String[] fields = fields(); fields != null; fields = fields()) {
            switch (fields[0]) {
                case "R" -> root = Path.of(fields[1]);
                case "D" -> {
                    long then = Long.parseLong(fields[1]);
                    if (then < 0 || ScanFolders.modified(resolve(fields, 2)) != then)
                        return false;
                }
                case "E" -> {
                    return true;
                }
                default -> {
                    // a scan that has gone has changed its folder
                }
            }
        }
        return false;
    }

    @Override
    public boolean hasNext() {
        if (next == null)
            next = read();
        return next != null;
    }

    @Override
    public BatchScan next() {
        if (!hasNext())
            throw new NoSuchElementException("the list of scans is at its end");
        BatchScan scan = next;
        next = null;
        return scan;
    }

    private BatchScan read() {
        for (String[] fields = fields(); fields != null; fields = fields()) {
            switch (fields[0]) {
                case "R" -> {
                    root = Path.of(fields[1]);
                    prefix = fields[2];
                }
                case "D" -> {
                    folder = resolve(fields, 2);
                    below = prefix + (fields[2].isEmpty() ? "" : fields[2] + "/");
                }
                case "S" -> {
                    Path path = fields.length > 3 ? PathText.at(fields[3]) : folder.resolve(fields[1]);
                    return new BatchScan(path, below + fields[1], below + fields[2]);
                }
                case "F" -> {
                    return new BatchScan(root, fields[2], fields[1]);
                }
                case "E" -> {
                    return null;
                }
                default -> throw SeptumException.input(file + " is damaged; remove it and begin again");
            }
        }
        return null;
    }

    /** A path below the root; if its name is no text, the next field has its address. */
    private Path resolve(String[] fields, int at) {
        if (fields.length > at + 1)
            return PathText.at(fields[at + 1]);
        return fields[at].isEmpty() ? root : root.resolve(fields[at]);
    }

    /** The fields of the next line; null at the end. */
    private String[] fields() {
        try {
            String line = in.readLine();
            if (line == null)
                return null;
            String[] fields = line.split("\t", -1);
            if (line.indexOf('\\') >= 0)
                for (int i = 0; i < fields.length; i++)
                    fields[i] = plain(fields[i]);
            return fields;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static String plain(String field) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 1 < field.length()) {
                char code = field.charAt(++i);
                plain.append(code == 't' ? '\t' : code == 'n' ? '\n' : code == 'r' ? '\r' : code);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // it was only read
        }
    }
}
