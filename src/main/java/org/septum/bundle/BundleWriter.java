package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.septum.core.FileTree;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/** Writes models as bioimage.io packages. */
public final class BundleWriter {

    private BundleWriter() {
    }

    /**
     * Writes a model whole or not at all. Runs the PyTorch network and the ONNX graph once on the CPU and holds them
     * against each other. Equal models give equal files.
     *
     * @param bundle
     *            the model
     * @param target
     *            a zip if its name ends in ".zip", else a folder
     * @param overwrite
     *            whether a model that is there may be replaced. A folder that holds something else never is
     *
     * @throws SeptumException
     *             of kind OUTPUT if it cannot be written there; of kind INTERNAL if the ONNX graph does not give the
     *             probabilities of the network to 1e-4
     */
    public static void write(Bundle bundle, Path target, boolean overwrite) {
        requireReplaceable(target, overwrite);
        Path absolute = target.toAbsolutePath().normalize();
        Path aside = absolute.resolveSibling(".part-" + ProcessHandle.current().pid() + "-"
                + Thread.currentThread().getId() + "-folder-" + absolute.getFileName());
        try {
            FileTree.delete(aside);
            Files.createDirectories(aside);
            List<String> names = fill(bundle, aside);
            if (isZip(target)) {
                WholeFile.write(target, overwrite, zip -> BundleZip.pack(aside, names, zip));
            } else {
                putInPlace(aside, absolute);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write the model " + target + ": " + e
                    + "; check the free space and the permissions of its folder", e);
        } finally {
            FileTree.deleteQuietly(aside);
        }
    }

    private static boolean isZip(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    /** Throws unless a model may be written there. Ask before a long training. */
    public static void requireReplaceable(Path target, boolean overwrite) {
        WholeFile.requireFree(target, overwrite);
        if (isZip(target) ? Files.isDirectory(target) : Files.isRegularFile(target)) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    target + " is a "
                            + (isZip(target) ? "folder; a model whose name ends in .zip is a file"
                                    : "file; a model is a folder unless its name ends in .zip")
                            + ": choose another name");
        }
        if (Files.isDirectory(target) && !Files.exists(target.resolve(Bundle.RDF)) && !isEmpty(target)) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    target + " is a folder with other things in it; choose an empty or new folder for the model");
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw SeptumException.output("cannot look into " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Writes all files of a model and returns their names, rdf.yaml first. */
    private static List<String> fill(Bundle bundle, Path folder) throws IOException {
        Path onnx = folder.resolve(Bundle.ONNX);
        OnnxExport.write(bundle.plan().network(), bundle.members(), onnx);
        MemberWeights.write(bundle.members(), folder.resolve(Bundle.WEIGHTS));
        Files.writeString(folder.resolve(Bundle.PLAN), bundle.plan().toJson());
        Files.writeString(folder.resolve(Bundle.README), ModelReadme.of(bundle));
        TestTensors tensors = TestTensors.of(bundle.plan(), bundle.members());
        tensors.requireSame(onnx);
        NpyFile.write(tensors.input(), folder.resolve(Bundle.TEST_INPUT));
        NpyFile.write(tensors.output(), folder.resolve(Bundle.TEST_OUTPUT));
        List<String> names = new ArrayList<>(List.of(Bundle.README, Bundle.PLAN, Bundle.ONNX, Bundle.WEIGHTS,
                Bundle.TEST_INPUT, Bundle.TEST_OUTPUT));
        if (bundle.quantization().isPresent()) {
            Path int8 = folder.resolve(Bundle.INT8);
            OnnxExport.writeQuantized(bundle.plan().network(), bundle.members(), bundle.quantization().get(), int8);
            tensors.requireRuns(int8);
            names.add(Bundle.INT8);
        }
        for (Map.Entry<String, String> e : bundle.attachments().entrySet()) {
            Files.writeString(folder.resolve(e.getKey()), e.getValue());
            names.add(e.getKey());
        }
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String name : names)
            hashes.put(name, FileHashes.sha256(folder.resolve(name)));
        Files.writeString(folder.resolve(Bundle.RDF), new RdfDocument(bundle, hashes).yaml());
        names.add(0, Bundle.RDF);
        return names;
    }

    /** Moves a finished folder to its place; what was there comes back if that fails. */
    private static void putInPlace(Path aside, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(aside, target);
            return;
        }
        Path old = aside.resolveSibling(aside.getFileName() + "-old");
        Files.move(target, old);
        try {
            Files.move(aside, target);
        } catch (IOException e) {
            Files.move(old, target);
            throw e;
        }
        FileTree.deleteQuietly(old);
    }
}
