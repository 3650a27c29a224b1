package org.septum.pipeline;

import java.nio.file.Path;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.core.SeptumException;

/** Writes a copy of a model with other words about it: name, authors, licence, attribution. */
public final class WriteCard {

    private WriteCard() {
    }

    /**
     * What to write.
     *
     * @param model
     *            the model to copy
     * @param card
     *            JSON file with the words
     * @param output
     *            the new model: a folder, or a zip if its name ends in .zip
     * @param overwrite
     *            whether a model at the output may be replaced
     */
    public record Request(Path model, Path card, Path output, boolean overwrite) {

        public Request {
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
        }
    }

    /** Writes the copy; the weights and scores stay as they are. */
    public static void run(Request request) {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        CardWords words = CardWords.read(request.card());
        Bundle bundle = BundleReader.read(request.model());
        BundleWriter.write(bundle.withCard(bundle.card().withWords(words)), request.output(), request.overwrite());
    }
}
