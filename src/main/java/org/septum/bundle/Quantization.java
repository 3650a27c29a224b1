package org.septum.bundle;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import org.septum.core.SeptumException;

/**
 * All that has to be known, beside a model itself, to compute it with 8-bit integers: which values each tensor takes,
 * and which layers stay in floats. The graph follows from it; see {@link QuantizedGraph}.
 *
 * @param version
 *            of this description
 * @param ranges
 *            by the name of a tensor of the ONNX graph
 * @param kept
 *            names of the convolutions that are computed in floats
 */
public record Quantization(int version, Map<String, Range> ranges, Set<String> kept) {

    /** What is written now. */
    public static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * The values that a tensor takes.
     *
     * @param low
     *            the smallest that is told from smaller ones
     * @param high
     *            the largest that is told from larger ones
     */
    public record Range(float low, float high) {

        public Range {
            if (!(Float.isFinite(low) && Float.isFinite(high) && low <= high))
                throw SeptumException.input("values from " + low + " to " + high + "; both must be finite, low first");
        }

        /** The smallest range that holds both. */
        public Range with(Range other) {
            return new Range(Math.min(low, other.low), Math.max(high, other.high));
        }

        /** Both ends times a factor, at least 0. */
        public Range times(float factor) {
            return new Range(low * factor, high * factor);
        }
    }

    public Quantization {
        if (version < 1 || version > VERSION)
            throw SeptumException.input("a quantisation of version " + version + "; a newer Septum made it; use that");
        ranges = Collections.unmodifiableMap(new TreeMap<>(ranges));
        kept = Collections.unmodifiableSet(new TreeSet<>(kept));
    }

    /** A quantisation with these ranges and nothing kept in floats. */
    public static Quantization of(Map<String, Range> ranges) {
        return new Quantization(VERSION, ranges, Set.of());
    }

    /** The same with other layers in floats. */
    public Quantization withKept(Set<String> layers) {
        return new Quantization(version, ranges, layers);
    }

    Range range(String tensor) {
        Range range = ranges.get(tensor);
        if (range == null) {
            throw SeptumException.input("the quantisation has no range for " + tensor
                    + "; it was made for another network: make it again with septum compress --method int8");
        }
        return range;
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a quantisation: " + e.getMessage(),
                    e);
        }
    }

    static Quantization parse(String json) {
        try {
            return JSON.readValue(json, Quantization.class);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof SeptumException known)
                throw known;
            throw SeptumException.input(Bundle.QUANTIZATION + " is no quantisation: " + e.getOriginalMessage(), e);
        }
    }
}
