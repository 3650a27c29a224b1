package org.septum.compress;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.septum.core.SeptumException;

/**
 * How small a network shall become.
 *
 * @param kind
 *            what is counted
 * @param share
 *            of the original's that may be left, above 0 and at most 1
 */
public record CompressionTarget(Kind kind, double share) {

    /** Half the multiply-adds. */
    public static final CompressionTarget DEFAULT = new CompressionTarget(Kind.FLOPS, 0.5);

    private static final Pattern TEXT = Pattern.compile("([a-z]+)=([0-9.]{1,10})");

    /** What a target counts. */
    public enum Kind {

        /** Multiply-adds for one patch. */
        FLOPS,
        /** Trained parameters. */
        PARAMS,
        /** Seconds for one patch, on this machine's CPU. */
        LATENCY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CompressionTarget {
        if (!(share > 0 && share <= 1)) {
            throw SeptumException.usage("target " + kind.word() + "=" + share
                    + "; give the share that may be left, above 0 and at most 1, such as flops=0.5");
        }
    }

    /**
     * Reads {@code flops=0.5}.
     *
     * @throws SeptumException
     *             of kind USAGE if it is something else
     */
    public static CompressionTarget of(String text) {
        Matcher said = TEXT.matcher(text);
        if (said.matches()) {
            for (Kind kind : Kind.values()) {
                if (kind.word().equals(said.group(1)) && said.group(2).matches("[0-9]*\\.?[0-9]+"))
                    return new CompressionTarget(kind, Double.parseDouble(said.group(2)));
            }
        }
        throw SeptumException.usage("target \"" + text + "\"; allowed: "
                + Arrays.stream(Kind.values()).map(k -> k.word() + "=0.5").collect(Collectors.joining(", ")));
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return kind.word() + "=" + share;
    }
}
