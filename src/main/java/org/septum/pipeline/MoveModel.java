package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;

import org.septum.bundle.ModelFiles;
import org.septum.core.SeptumException;

/** Brings models in from files and out to files, every check made on the way. Septum downloads nothing. */
public final class MoveModel {

    private MoveModel() {
    }

    /**
     * What to move.
     *
     * @param model
     *            folder or zip
     * @param output
     *            a zip if its name ends in .zip, else a folder; for a plain graph a file
     * @param overwrite
     *            whether what is there may be replaced
     */
    public record Request(Path model, Path output, boolean overwrite) {

        public Request {
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
        }
    }

    /**
     * Unpacks a model, Septum's own or one of others, to a folder.
     *
     * @return the number of files
     *
     * @throws SeptumException
     *             of kind INPUT if the model is not usable, USAGE if the output is no folder
     */
    public static int in(Request request) {
        if (request.output().toString().toLowerCase(java.util.Locale.ROOT).endsWith(".zip"))
            throw SeptumException.usage(request.output() + " is a zip; import makes a folder: see septum model export");
        return ModelFiles.copy(request.model(), request.output(), request.overwrite());
    }

    /** Writes a copy of a model as one file or a folder; returns the number of files in it. */
    public static int out(Request request) {
        return ModelFiles.copy(request.model(), request.output(), request.overwrite());
    }

    /** Writes the ONNX graph of a model and nothing else. */
    public static void graph(Request request) {
        if (Files.isDirectory(request.output()))
            throw SeptumException.usage(request.output() + " is a folder; give the name of a file, such as model.onnx");
        ModelFiles.copyOnnx(request.model(), request.output(), request.overwrite());
    }
}
