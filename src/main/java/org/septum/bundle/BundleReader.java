package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipException;

import org.septum.core.SeptumException;
import org.septum.data.Plan;

/**
 * Reads models that {@link BundleWriter} wrote, from a folder or a zip. Before anything is loaded, every file's size
 * and SHA-256 are held against rdf.yaml, and the weights against the plan's network.
 */
public final class BundleReader {

    /** Most bytes that a text of a model may have. */
    private static final long LARGEST_TEXT = 4L << 20;

    /** Most bytes that the files of a model may have together. */
    private static final long LARGEST_BUNDLE = 4L << 30;

    private BundleReader() {
    }

    /**
     * Reads a model.
     *
     * @throws SeptumException
     *             of kind INPUT if it is damaged, was changed, or is not Septum's
     */
    public static Bundle read(Path path) {
        try (OpenBundle open = open(path)) {
            return open.bundle();
        }
    }

    /**
     * Reads a model and keeps its files at hand; a zip is unpacked to a temporary folder until the result is closed.
     *
     * @throws SeptumException
     *             of kind INPUT if it is damaged, was changed, or is not Septum's
     */
    public static OpenBundle open(Path path) {
        if (!Files.exists(path)) {
            throw SeptumException.input("no model " + path + "; give a folder or zip that holds a model");
        }
        try {
            return Files.isDirectory(path) ? load(path, path, false) : unpack(path);
        } catch (ZipException e) {
            throw SeptumException.input(
                    path + " is not a usable model: it is neither a folder nor a readable zip (" + e.getMessage() + ")",
                    e);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + path + ": " + e, e);
        }
    }

    private static OpenBundle unpack(Path zip) throws IOException {
        Path folder = Files.createTempDirectory("septum-model");
        boolean loaded = false;
        try {
            BundleZip.extract(zip, folder, LARGEST_BUNDLE);
            OpenBundle open = load(folder, zip, true);
            loaded = true;
            return open;
        } finally {
            if (!loaded)
                FileTree.deleteQuietly(folder);
        }
    }

    /** Reads a folder; messages name {@code where}. */
    private static OpenBundle load(Path folder, Path where, boolean temporary) throws IOException {
        RdfParser rdf = new RdfParser(text(folder, Bundle.RDF, where), where);
        Map<String, String> hashes = rdf.hashes();
        long left = LARGEST_BUNDLE;
        for (Map.Entry<String, String> e : hashes.entrySet()) {
            Path file = folder.resolve(e.getKey());
            left -= size(file, e.getKey(), where);
            if (left < 0)
                throw unusable(where, "its files have more than " + LARGEST_BUNDLE + " bytes");
            if (!FileHashes.sha256(file).equals(e.getValue()))
                throw unusable(where, e.getKey() + " was changed or damaged (its SHA-256 is not the one in rdf.yaml); "
                        + "get the model anew");
        }
        Map<String, String> attachments = new TreeMap<>();
        for (String name : hashes.keySet())
            if (!Bundle.FILES.contains(name) && !name.equals(Bundle.INT8))
                attachments.put(name, text(folder, name, where));
        Bundle bundle = bundle(folder, where, rdf, attachments);
        if (bundle.quantization().isPresent() != hashes.containsKey(Bundle.INT8)) {
            throw unusable(where, "of " + Bundle.QUANTIZATION + " and " + Bundle.INT8 + " it has only one; make it anew"
                    + " with septum compress --method int8");
        }
        return new OpenBundle(bundle, folder, FileHashes.sha256(folder.resolve(Bundle.RDF)), temporary);
    }

    private static Bundle bundle(Path folder, Path where, RdfParser rdf, Map<String, String> attachments)
            throws IOException {
        try {
            Plan plan = Plan.parse(text(folder, Bundle.PLAN, where), Bundle.PLAN);
            return new Bundle(plan, MemberWeights.read(folder.resolve(Bundle.WEIGHTS)), rdf.card(), attachments);
        } catch (SeptumException | IllegalArgumentException | ArithmeticException e) {
            throw SeptumException.input(where + " is not a usable model: " + e.getMessage(), e);
        }
    }

    private static long size(Path file, String name, Path where) throws IOException {
        if (!Files.isRegularFile(file))
            throw unusable(where, name + " is missing");
        return Files.size(file);
    }

    private static String text(Path folder, String name, Path where) throws IOException {
        Path file = folder.resolve(name);
        long size = size(file, name, where);
        if (size > LARGEST_TEXT)
            throw unusable(where, name + " has " + size + " bytes; allowed: " + LARGEST_TEXT);
        return Files.readString(file);
    }

    private static SeptumException unusable(Path where, String what) {
        return SeptumException.input(where + " is not a usable model: " + what);
    }
}
