package org.septum.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.core.SeptumException;
import org.septum.data.Plan;

/** Says what a model is. */
public final class DescribeModel {

    private DescribeModel() {
    }

    /**
     * What a model is.
     *
     * @param path
     *            where it lies
     * @param plan
     *            how it was trained and how it treats scans
     * @param card
     *            name, authors, licence, scores
     * @param parameters
     *            number of trained parameters
     * @param bytes
     *            size on disk
     * @param hash
     *            SHA-256 that stands for the whole model
     */
    public record Result(Path path, Plan plan, ModelCard card, long parameters, long bytes, String hash) {
    }

    /**
     * Reads a model, every hash checked.
     *
     * @throws SeptumException
     *             if it is damaged or is not Septum's
     */
    public static Result run(Path model) {
        try (OpenBundle open = BundleReader.open(model)) {
            Bundle bundle = open.bundle();
            return new Result(model, bundle.plan(), bundle.card(), bundle.plan().network().graph().parameters(),
                    bytes(model), open.hash());
        }
    }

    private static long bytes(Path model) {
        try (Stream<Path> files = Files.walk(model)) {
            return files.filter(Files::isRegularFile).mapToLong(DescribeModel::size).sum();
        } catch (IOException | UncheckedIOException e) {
            throw SeptumException.input("cannot look into " + model + ": " + e.getMessage(), e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
