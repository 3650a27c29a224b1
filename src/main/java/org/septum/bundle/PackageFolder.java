package org.septum.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipException;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.core.FileTree;
import org.septum.core.SeptumException;

/**
 * The files of a bioimage.io package: a folder, or a zip that was unpacked to a temporary one. The description is read
 * and checked before a zip is unpacked, and every file before it is handed out.
 */
final class PackageFolder implements AutoCloseable {

    /** Most bytes that a text of a model may have. */
    static final long LARGEST_TEXT = 4L << 20;

    /** Most bytes that the files of a model may have together. */
    static final long LARGEST_PACKAGE = 4L << 30;

    /** Names that a description goes by, the usual one first. */
    private static final List<String> DESCRIPTIONS = List.of(Bundle.RDF, "bioimageio.yaml");

    private final Path where;

    private final Path folder;

    private final boolean temporary;

    private final String description;

    private final JsonNode rdf;

    private PackageFolder(Path where, Path folder, boolean temporary, String description, JsonNode rdf) {
        this.where = where;
        this.folder = folder;
        this.temporary = temporary;
        this.description = description;
        this.rdf = rdf;
    }

    /**
     * Opens a package.
     *
     * @param path
     *            folder or zip
     *
     * @throws SeptumException
     *             of kind INPUT if it is not there, no package, or not safe to read
     */
    static PackageFolder open(Path path) {
        if (!Files.exists(path)) {
            String given = path.toString();
            throw SeptumException.input(given.matches("(?i)[a-z]{2,10}:/.*")
                    ? given + " is an address; Septum downloads nothing: get the file, then give its path"
                    : "no model " + path + "; give a folder or zip that holds a model");
        }
        try {
            return Files.isDirectory(path) ? ofFolder(path) : ofZip(path);
        } catch (ZipException e) {
            throw SeptumException.input(
                    path + " is not a usable model: it is neither a folder nor a readable zip (" + e.getMessage() + ")",
                    e);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + path + ": " + e, e);
        }
    }

    private static PackageFolder ofFolder(Path folder) throws IOException {
        String name = DESCRIPTIONS.stream().filter(n -> Files.exists(folder.resolve(n))).findFirst()
                .orElseThrow(() -> unusable(folder, Bundle.RDF + " is missing"));
        Path file = checked(folder, folder, name);
        if (Files.size(file) > LARGEST_TEXT)
            throw unusable(folder, name + " has " + Files.size(file) + " bytes; allowed: " + LARGEST_TEXT);
        return new PackageFolder(folder, folder, false, name, parse(Files.readAllBytes(file), name, folder));
    }

    private static PackageFolder ofZip(Path zip) throws IOException {
        List<String> names = BundleZip.check(zip, LARGEST_PACKAGE);
        String name = DESCRIPTIONS.stream().filter(names::contains).findFirst()
                .orElseThrow(() -> unusable(zip, Bundle.RDF + " is missing"));
        JsonNode rdf = parse(BundleZip.read(zip, name, LARGEST_TEXT), name, zip);
        Path folder = Files.createTempDirectory("septum-model");
        boolean unpacked = false;
        try {
            BundleZip.extract(zip, folder, names, LARGEST_PACKAGE);
            unpacked = true;
            return new PackageFolder(zip, folder, true, name, rdf);
        } finally {
            if (!unpacked)
                FileTree.deleteQuietly(folder);
        }
    }

    private static JsonNode parse(byte[] yaml, String name, Path where) {
        try {
            JsonNode rdf = YamlText.parse(new String(yaml, StandardCharsets.UTF_8));
            if (rdf == null || !rdf.isObject() || !rdf.path("type").asText("model").equals("model"))
                throw SeptumException.input("it does not describe a model");
            RdfSizes.check(rdf);
            return rdf;
        } catch (SeptumException e) {
            throw SeptumException.input(where + " is not a usable model: " + name + ": " + e.getMessage(), e);
        }
    }

    /** What the package says of itself: a mapping, every size in it within bounds. */
    JsonNode rdf() {
        return rdf;
    }

    /** Name of the file of the description. */
    String description() {
        return description;
    }

    /** The package as it was given, for messages. */
    Path where() {
        return where;
    }

    /** Where its files lie. */
    Path folder() {
        return folder;
    }

    /** True for Septum's own models. */
    boolean isOwn() {
        return rdf.path("config").path("septum").isObject();
    }

    /** The names of all its files. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** A file of the package. */
    Path file(String name) throws IOException {
        return checked(folder, where, name);
    }

    private static Path checked(Path folder, Path where, String name) throws IOException {
        if (!FileNameRule.isSafe(name)) {
            String shown = name.replaceAll("\\p{Cntrl}", "?");
            throw unusable(where,
                    shown.matches("(?i)[a-z]{2,10}://.*")
                            ? "it needs " + shown + ", which is not in it; Septum"
                                    + " downloads nothing: get the whole package as one file"
                            : "it refers to a file \"" + shown + "\"; allowed: plain file names, beside rdf.yaml");
        }
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file))
            throw unusable(where, name + " is missing");
        if (!file.toRealPath().startsWith(folder.toRealPath())) {
            throw unusable(where,
                    name + " is a link that leads out of the model's folder; only files in it are allowed");
        }
        return file;
    }

    /** A file as text. */
    String text(String name) throws IOException {
        Path file = file(name);
        if (Files.size(file) > LARGEST_TEXT)
            throw unusable(where, name + " has " + Files.size(file) + " bytes; allowed: " + LARGEST_TEXT);
        return Files.readString(file);
    }

    /** Throws unless every file is there with its SHA-256; {@code hashes} is by file name. */
    void requireHashes(Map<String, String> hashes) throws IOException {
        long left = LARGEST_PACKAGE;
        for (Map.Entry<String, String> e : hashes.entrySet()) {
            Path file = file(e.getKey());
            left -= Files.size(file);
            if (left < 0)
                throw unusable(where, "its files have more than " + LARGEST_PACKAGE + " bytes");
            if (!FileHashes.sha256(file).equals(e.getValue()))
                throw unusable(where, e.getKey() + " was changed or damaged (its SHA-256 is not the one in "
                        + description + "); get the model anew");
        }
    }

    static SeptumException unusable(Path where, String what) {
        return SeptumException.input(where + " is not a usable model: " + what);
    }

    /** Deletes what was unpacked. */
    @Override
    public void close() {
        if (temporary)
            FileTree.deleteQuietly(folder);
    }
}
