package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/** Copies models as they are, Septum's own or those of others. What is copied was checked. */
public final class ModelFiles {

    private ModelFiles() {
    }

    /**
     * Copies a model whole or not at all.
     *
     * @param model
     *            folder or zip
     * @param target
     *            a zip if its name ends in ".zip", else a folder
     * @param overwrite
     *            whether a model that is there may be replaced
     *
     * @return the number of files
     *
     * @throws SeptumException
     *             of kind INPUT if the model is not usable, OUTPUT if it cannot be written there
     */
    public static int copy(Path model, Path target, boolean overwrite) {
        BundleWriter.requireReplaceable(target, overwrite);
        try (OpenModel open = OpenModel.open(model)) {
            List<String> names = names(open);
            PackageFolder files = files(open);
            BundleWriter.place(target, overwrite, folder -> {
                for (String name : names)
                    Files.copy(files.file(name), folder.resolve(name));
                return names;
            });
            return names.size();
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + model + ": " + e, e);
        }
    }

    /** Copies the ONNX graph of a model, as it is in the model. */
    public static void copyOnnx(Path model, Path target, boolean overwrite) {
        WholeFile.requireFree(target, overwrite);
        try (OpenModel open = OpenModel.open(model)) {
            Path onnx = open instanceof ForeignModel foreign ? foreign.files().file(foreign.rdf().onnx()) : open.onnx();
            WholeFile.write(target, overwrite, aside -> Files.copy(onnx, aside));
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + model + ": " + e, e);
        }
    }

    static PackageFolder files(OpenModel open) {
        return open instanceof OpenBundle own ? own.files() : ((ForeignModel) open).files();
    }

    /** The description first, then the files by name; of Septum's own those that its description lists. */
    static List<String> names(OpenModel open) throws IOException {
        PackageFolder files = files(open);
        TreeSet<String> others = new TreeSet<>(
                open instanceof OpenBundle ? new RdfParser(files.rdf(), files.where()).hashes().keySet()
                        : files.names());
        others.remove(files.description());
        List<String> names = new ArrayList<>(List.of(files.description()));
        names.addAll(others);
        return names;
    }
}
