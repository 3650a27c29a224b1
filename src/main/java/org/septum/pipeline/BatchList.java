package org.septum.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.io.ScanFiles;
import org.septum.io.ScanFolders;

/**
 * The scans of a batch, in a file: nothing of the list is in memory, however long it is. The file is kept and used
 * again as long as no folder has changed, which spares reading the folders and looking into DICOM files. Its lines are
 * fields between tabs: {@code R root prefix}, then {@code D modified folder} for each folder below the root, each with
 * {@code S file name} for its scans; or {@code F name} for a root that is a scan itself; {@code E} at the end. Folders
 * and scans whose names are no text have their address as a further field ({@link PathText}).
 */
final class BatchList {

    static final String MAGIC = "septum list 2";

    /** A folder that changed so lately may change again without a new time, as some disks count in steps. */
    private static final long TOO_FRESH_MILLIS = 2500;

    private final Path file;

    private BatchList(Path file) {
        this.file = file;
    }

    /**
     * The list of what was given.
     *
     * @param inputs
     *            scan files, DICOM folders, or folders to search
     * @param output
     *            whose own files are no scans; keeps the list
     *
     * @throws SeptumException
     *             of kind INPUT if an input is missing or cannot be read, of kind USAGE if two inputs have one name, of
     *             kind OUTPUT if the list cannot be written
     */
    static BatchList of(List<Path> inputs, Path output) {
        StringBuilder key = new StringBuilder();
        for (Path input : inputs) {
            if (!Files.exists(input))
                throw SeptumException.input(input + " is not there; check the path");
            key.append(input.toAbsolutePath().normalize()).append('\n');
        }
        Path file = new BatchFolder(output).lists().resolve(Sha256.of(key.toString()).substring(0, 16) + ".txt");
        BatchList list = new BatchList(file);
        if (!list.isCurrent())
            list.write(inputs, output);
        return list;
    }

    /** A list that lies in a file, as it is. */
    static BatchList in(Path file) {
        return new BatchList(file);
    }

    /** The scans from the first to the last; to be closed. */
    BatchListReader open() {
        return new BatchListReader(file);
    }

    private boolean isCurrent() {
        if (!Files.exists(file))
            return false;
        try (BatchListReader reader = open()) {
            return reader.isCurrent();
        } catch (SeptumException e) {
            // an old or a damaged list, which is made anew
            return false;
        }
    }

    private void write(List<Path> inputs, Path output) {
        Set<String> prefixes = new HashSet<>();
        WholeFile.write(file, true, aside -> {
            try (BufferedWriter out = Files.newBufferedWriter(aside)) {
                line(out, MAGIC);
                for (Path input : inputs) {
                    // the name of a path such as ".." is that of the folder it leads to
                    String name = input.toRealPath().getFileName() == null ? "root"
                            : input.toRealPath().getFileName().toString();
                    boolean isFile = !Files.isDirectory(input);
                    String prefix = inputs.size() == 1 || isFile ? "" : name + "/";
                    if (inputs.size() > 1 && !prefixes.add(key(isFile ? ScanFiles.nameOf(input) : name)))
                        throw SeptumException.usage("two of the inputs are called " + name
                                + "; give the folder that holds both, or segment them into two output folders");
                    line(out, "R", input.toAbsolutePath().normalize().toString(), prefix);
                    if (isFile)
                        line(out, "F", ScanFiles.nameOf(input), input.getFileName().toString());
                    else
                        writeFolder(out, input.toAbsolutePath().normalize(), name, isIn(output, inputs));
                }
                line(out, "E");
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    /** True for the output folder, where it lies below the inputs: its masks are no scans. */
    private static Predicate<Path> isIn(Path output, List<Path> inputs) throws IOException {
        Path own = output.toRealPath();
        for (Path input : inputs)
            if (input.toRealPath().startsWith(own))
                return folder -> false;
        return folder -> {
            try {
                return folder.getFileName().equals(own.getFileName()) && folder.toRealPath().equals(own);
            } catch (IOException e) {
                return false;
            }
        };
    }

    private static void writeFolder(BufferedWriter out, Path root, String name, Predicate<Path> leftOut)
            throws IOException {
        long fresh = System.currentTimeMillis() - TOO_FRESH_MILLIS;
        boolean dicom = ScanFolders.visit(root, leftOut, folder -> {
            String modified = Long.toString(folder.modified() > fresh ? -1 : folder.modified());
            pathLine(out, folder.path(), "D", modified, PathText.below(root, folder.path()));
            names(folder.scans()).forEach((path, own) -> pathLine(out, path, "S", nameOf(path), own));
        });
        if (dicom)
            line(out, "F", name, name);
    }

    /**
     * Names for the output files of the scans of one folder: without extension, as long as that leaves no two alike;
     * else the whole file name.
     */
    private static Map<Path, String> names(List<Path> scans) {
        Map<String, Integer> uses = new HashMap<>();
        Map<Path, String> names = new LinkedHashMap<>();
        for (Path scan : scans) {
            String name = Files.isDirectory(scan) ? nameOf(scan) : ScanFiles.stemOf(Path.of(nameOf(scan)));
            names.put(scan, name);
            uses.merge(key(name), 1, Integer::sum);
        }
        Set<String> taken = new HashSet<>();
        names.replaceAll((path, name) -> {
            String distinct = uses.get(key(name)) == 1 ? name : nameOf(path);
            String last = distinct;
            for (int i = 2; !taken.add(key(last)); i++)
                last = distinct + "_" + i;
            return last;
        });
        return names;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String nameOf(Path path) {
        return PathText.below(path.getParent(), path);
    }

    private static void pathLine(BufferedWriter out, Path path, String... fields) {
        if (!PathText.isUnreadable(path)) {
            line(out, fields);
            return;
        }
        String[] more = Arrays.copyOf(fields, fields.length + 1);
        more[fields.length] = PathText.address(path);
        line(out, more);
    }

    private static void line(BufferedWriter out, String... fields) {
        try {
            for (int i = 0; i < fields.length; i++) {
                if (i > 0)
                    out.write('\t');
                out.write(escaped(fields[i]));
            }
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String field) {
        return field.chars().noneMatch(c -> c == '\\' || c == '\t' || c == '\n' || c == '\r') ? field
                : field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }
}
