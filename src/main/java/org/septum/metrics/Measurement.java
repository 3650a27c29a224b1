package org.septum.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.septum.core.LabelMask;
import org.septum.core.SeptumException;

/**
 * Something that a class of a mask is measured for.
 *
 * @param className
 *            of the class
 * @param kind
 *            what is measured
 */
public record Measurement(String className, Kind kind) {

    /** What can be measured. */
    public enum Kind {
        /** Of the ellipse that fits the largest region of a mask of one slice best ({@link EllipseFit}). */
        CIRCUMFERENCE;

        /** "circumference": in files and for people. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The inverse of {@link #word}. */
        public static Kind of(String word) {
            return Arrays.stream(values()).filter(k -> k.word().equals(word)).findFirst()
                    .orElseThrow(() -> SeptumException.input("a measurement of the kind \"" + word + "\"; allowed: "
                            + Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", "))));
        }
    }

    public Measurement {
        if (className == null || className.isBlank() || kind == null)
            throw SeptumException.input("a measurement without class or kind; give both");
    }

    /** The circumference of a class. */
    public static Measurement circumference(String className) {
        return new Measurement(className, Kind.CIRCUMFERENCE);
    }

    /**
     * Measures.
     *
     * @param mask
     *            of one slice
     * @param value
     *            of the class in it
     *
     * @return in mm, or in pixels where their size is not known ({@link DistanceUnit}); NaN for a volume and for a
     *         class that is not there or too small
     */
    public double of(LabelMask mask, int value) {
        return mask.size(2) > 1 ? Double.NaN
                : EllipseFit.of(mask, value).map(EllipseFit::circumference).orElse(Double.NaN);
    }
}
