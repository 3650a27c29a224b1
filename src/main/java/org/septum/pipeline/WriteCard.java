package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.core.SeptumException;
import org.septum.metrics.Measurement;

/**
 * Writes a copy of a model with other words about it (name, authors, licence, attribution, names of classes, what is
 * measured), with its kernels in 16 bits, or both. Scores stay as they are.
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
     *            JSON file with the words; absent to keep them
     * @param measurements
     *            what is measured in masks of the model, by the new names of classes; empty to keep what is
     * @param without
     *            files that are left out, such as {@code report.html}
     * @param half
     *            whether kernels are rounded to 16-bit floats, which halves the model; it computes with 32 bits all the
     *            same
     * @param output
     *            the new model: a folder, or a zip if its name ends in .zip
     * @param overwrite
     *            whether a model at the output may be replaced
     */
    public record Request(Path model, Optional<Path> card, List<Measurement> measurements, List<String> without,
            boolean half, Path output, boolean overwrite) {

        public Request {
            measurements = List.copyOf(measurements);
            without = List.copyOf(without);
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
        }

        /** With the words of a card, everything else as it is. */
        public static Request of(Path model, Path card, Path output, boolean overwrite) {
            return new Request(model, Optional.of(card), List.of(), List.of(), false, output, overwrite);
        }
    }

    /**
     * Writes the copy.
     *
     * @throws SeptumException
     *             of kind INPUT if a class or file that is named is not in the model
     */
    public static void run(Request request) {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        Optional<CardWords> words = request.card().map(CardWords::read);
        Bundle bundle = without(BundleReader.read(request.model()), request.without());
        if (words.isPresent()) {
            words.get().requireFit(bundle.plan().labels());
            bundle = bundle.withClassNames(words.get().classes()).withWords(words.get());
        }
        if (!request.measurements().isEmpty())
            bundle = bundle
                    .withCard(bundle.card().withUse(bundle.card().use().withMeasurements(request.measurements())));
        if (request.half())
            bundle = bundle.withHalfKernels();
        BundleWriter.write(bundle, request.output(), request.overwrite());
    }

    private static Bundle without(Bundle bundle, List<String> names) {
        Map<String, String> left = new TreeMap<>(bundle.attachments());
        for (String name : names) {
            if (left.remove(name) == null) {
                throw SeptumException.input("the model has no file \"" + name + "\" that could be left out; it has "
                        + bundle.attachments().keySet());
            }
        }
        return bundle.withAttachments(left);
    }
}
