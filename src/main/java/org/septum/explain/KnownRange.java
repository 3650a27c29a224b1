package org.septum.explain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is usual of a number among the cases that a model was tried on.
 *
 * @param name
 *            of what was measured
 * @param low
 *            the least of them
 * @param high
 *            the most of them
 * @param cases
 *            how many there were
 */
public record KnownRange(String name, double low, double high, int cases) {

    /** A number may lie beyond the range by this share of its width, */
    private static final double WIDER = 0.5;

    /** and by this share of its larger end: where all cases are alike, small differences do no harm. */
    private static final double ALWAYS = 0.2;

    /** and, of what is near 0 as a rule, by so much: by how its name begins. */
    private static final Map<String, Double> HARMLESS = Map.of(ScanFacts.TILT, 15.0, ScanFacts.SKEW, 0.5,
            ScanFacts.LOWEST, 0.05, CaseFeatures.STRAYS, 0.02, CaseFeatures.AGREEMENT, 0.02);

    /** That of some values, at least one. */
    static KnownRange of(String name, double[] values) {
        return new KnownRange(name, Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0),
                values.length);
    }

    /** What is unusual of a value, for people; empty if it is in the range or not far from it. */
    Optional<String> unusual(double value) {
        double room = WIDER * (high - low) + ALWAYS * Math.max(Math.abs(low), Math.abs(high)) + HARMLESS.entrySet()
                .stream().filter(e -> name.startsWith(e.getKey())).mapToDouble(Map.Entry::getValue).sum();
        if (value >= low - room && value <= high + room)
            return Optional.empty();
        return Optional.of(String.format(Locale.ROOT,
                "%s %.4g, %.4g to %.4g in the %d cases that the model was tried on", name, value, low, high, cases));
    }
}
