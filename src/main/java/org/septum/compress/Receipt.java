package org.septum.compress;

import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import org.septum.core.SeptumException;

/**
 * What a compression cost and gained, measured on the same cases before and after.
 *
 * @param version
 *            of this file
 * @param method
 *            word of the {@link CompressionMethod}
 * @param dataset
 *            its name
 * @param split
 *            which cases the scores are of, in words
 * @param classes
 *            scores of every class but the background
 * @param seconds
 *            for one scan
 * @param bytes
 *            of the ONNX file
 * @param quantization
 *            what was chosen
 * @param machine
 *            engine and threads that the times were measured with
 */
public record Receipt(int version, String method, String dataset, String split, List<ClassScore> classes,
        Change seconds, Change bytes, Choices quantization, String machine) {

    /** Name of the file in a model. */
    public static final String FILE = "receipt.json";

    /** What is written now. */
    public static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * Dice of a class over cases, before and after.
     *
     * @param name
     *            of the class
     * @param n
     *            cases that have the class in their reference
     * @param before
     *            mean; null if no case has it
     * @param beforeSd
     *            standard deviation over cases; null for fewer than two
     * @param after
     *            mean; null if no case has it
     * @param afterSd
     *            standard deviation over cases; null for fewer than two
     * @param difference
     *            mean of after - before, case by case; null if no case has it
     * @param low
     *            lower end of its 95 % interval, a bootstrap over cases; null for fewer than two
     * @param high
     *            upper end
     */
    public record ClassScore(String name, int n, Double before, Double beforeSd, Double after, Double afterSd,
            Double difference, Double low, Double high) {
    }

    /** A number before and after. */
    public record Change(double before, double after) {
    }

    /**
     * What a quantisation chose.
     *
     * @param tiles
     *            that ranges were measured on
     * @param ranges
     *            by which rule
     * @param change
     *            of the probabilities on tiles, 0 to 1
     * @param kept
     *            layers that are computed in floats
     */
    public record Choices(int tiles, String ranges, double change, List<String> kept) {

        public Choices {
            kept = List.copyOf(kept);
        }
    }

    public Receipt {
        classes = List.copyOf(classes);
    }

    /**
     * Mean over classes of the Dice that was lost, in points of 100; negative if it rose, NaN if nothing was scored.
     */
    public double pointsLost() {
        return -100 * classes.stream().filter(c -> c.difference() != null).mapToDouble(ClassScore::difference).average()
                .orElse(Double.NaN);
    }

    /** As a file. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a receipt: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws SeptumException
     *             of kind INPUT if it is no receipt
     */
    public static Receipt parse(String json) {
        try {
            return JSON.readValue(json, Receipt.class);
        } catch (JsonProcessingException e) {
            throw SeptumException.input(FILE + " is no receipt: " + e.getOriginalMessage(), e);
        }
    }
}
