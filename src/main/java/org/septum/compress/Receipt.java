package org.septum.compress;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import org.septum.core.SeptumException;

/**
 * What a compression cost and gained, measured on the same cases before and after.
 *
 * @param version
 *            of this file
 * @param methods
 *            words of the {@link CompressionMethod}s, in the order in which they were applied
 * @param target
 *            that the pruning was given, such as "flops=0.5"; empty without pruning
 * @param dataset
 *            its name
 * @param split
 *            which cases the scores are of, in words
 * @param classes
 *            scores of every class but the background
 * @param size
 *            of the network and its files
 * @param seconds
 *            for one scan
 * @param effort
 *            what it took
 * @param pruning
 *            what the pruning chose: names and values for people; empty without pruning
 * @param quantization
 *            what the quantisation chose; null without one
 * @param machine
 *            engine and threads that the times were measured with
 */
public record Receipt(int version, List<String> methods, String target, String dataset, String split,
        List<ClassScore> classes, Size size, Change seconds, Effort effort, Map<String, String> pruning,
        Choices quantization, String machine) {

    /** Name of the file in a model. */
    public static final String FILE = "receipt.json";

    /** What is written now. */
    public static final int VERSION = 2;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * Scores of a class.
     *
     * @param name
     *            of the class
     * @param dice
     *            0 to 1
     * @param hd95
     *            in {@code unit}
     * @param unit
     *            "mm", or "px" where the spacing is not known
     */
    public record ClassScore(String name, Paired dice, Paired hd95, String unit) {
    }

    /**
     * A score over cases, before and after.
     *
     * @param n
     *            cases in which it could be measured before and after
     * @param before
     *            mean; null if there is no such case
     * @param beforeSd
     *            standard deviation over cases; null for fewer than two
     * @param after
     *            mean; null if there is no such case
     * @param afterSd
     *            standard deviation over cases; null for fewer than two
     * @param difference
     *            mean of after - before, case by case; null if there is no such case
     * @param low
     *            lower end of its 95 % interval, a bootstrap over cases; null for fewer than two
     * @param high
     *            upper end
     */
    public record Paired(int n, Double before, Double beforeSd, Double after, Double afterSd, Double difference,
            Double low, Double high) {
    }

    /** A number before and after. */
    public record Change(double before, double after) {

        /** What is left, 1 for all. */
        public double share() {
            return after / before;
        }
    }

    /**
     * How large the network is.
     *
     * @param parameters
     *            that are trained
     * @param macs
     *            multiply-adds for one patch
     * @param bytes
     *            of the ONNX file that is run
     */
    public record Size(Change parameters, Change macs, Change bytes) {
    }

    /**
     * What the compression took.
     *
     * @param cases
     *            that were looked at to choose what goes; 0 for none
     * @param searchSeconds
     *            for choosing
     * @param trainingSeconds
     *            for training afterwards; 0 if there was none
     * @param trainingSteps
     *            likewise
     */
    public record Effort(int cases, double searchSeconds, double trainingSeconds, long trainingSteps) {

        /** A quantisation's. */
        public static Effort none() {
            return new Effort(0, 0, 0, 0);
        }
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
        methods = List.copyOf(methods);
        classes = List.copyOf(classes);
        pruning = Collections.unmodifiableMap(new TreeMap<>(pruning));
    }

    /** Mean over classes of the Dice that was lost, 0 to 1; negative if it rose, NaN if nothing was scored. */
    public double drop() {
        return -classes.stream().map(c -> c.dice().difference()).filter(d -> d != null).mapToDouble(d -> d).average()
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
     *             of kind INPUT if it is no receipt, or one of another version
     */
    public static Receipt parse(String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            int version = tree.path("version").asInt();
            if (version != VERSION) {
                throw SeptumException.input(FILE + " has version " + version + "; this Septum reads " + VERSION
                        + ": compress the model anew");
            }
            return JSON.treeToValue(tree, Receipt.class);
        } catch (JsonProcessingException e) {
            throw SeptumException.input(FILE + " is no receipt: " + e.getOriginalMessage(), e);
        }
    }
}
