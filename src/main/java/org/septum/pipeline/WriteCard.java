package org.septum.pipeline;

import java.nio.file.Path;
import java.util.Optional;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.core.SeptumException;

/**
 * Writes a copy of a model with other words about it (name, authors, licence, attribution), with its kernels in 16
 * bits, or both.
 */
public final class WriteCard {

    private WriteCard() {
    }

    /**
     * What to write.
     *
     * @param model
     *            the model to copy
     * @param card
     *            JSON file with the words; empty if they stay
     * @param output
     *            the new model: a folder, or a zip if its name ends in .zip
     * @param half
     *            whether kernels are rounded to 16-bit floats, which halves the model; it computes with 32 bits all the
     *            same
     * @param overwrite
     *            whether a model at the output may be replaced
     */
    public record Request(Path model, Optional<Path> card, Path output, boolean half, boolean overwrite) {

        public Request {
            if (card.isEmpty() && !half) {
                throw SeptumException.usage("nothing to change; give --card FILE for other words, --half for kernels in"
                        + " 16 bits, or both");
            }
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
        }
    }

    /** Writes the copy; scores stay as they are. */
    public static void run(Request request) {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        Optional<CardWords> words = request.card().map(CardWords::read);
        Bundle bundle = BundleReader.read(request.model());
        Bundle worded = words.map(w -> bundle.withCard(bundle.card().withWords(w))).orElse(bundle);
        BundleWriter.write(request.half() ? worded.withHalfKernels() : worded, request.output(), request.overwrite());
    }
}
