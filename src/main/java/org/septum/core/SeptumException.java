
package org.septum.core;

/**
 * The one exception of Septum that people see. Its message says what was given, what is allowed and what to do next, in
 * one line.
 */
public class SeptumException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as a caller would act on it. */
    public enum Kind {
        /**
         * The request itself makes no sense: unknown option, contradictory settings. Exit code 2.
         */
        USAGE,
        /** A scan, dataset, plan or model cannot be used as it is. */
        INPUT,
        /**
         * A result cannot be written: it exists, the disk is full, no permission.
         */
        OUTPUT,
        /** A device that was asked for is not there or ran out of memory. */
        DEVICE,
        /** The user stopped it. */
        CANCELLED,
        /** A mistake in Septum. */
        INTERNAL
    }

    private final Kind kind;

    public SeptumException(Kind kind, String message) {
        this(kind, message, null);
    }

    public SeptumException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Shorthand for {@link Kind#INPUT}. */
    public static SeptumException input(String message) {
        return new SeptumException(Kind.INPUT, message);
    }

    /** Shorthand for {@link Kind#INPUT} with a cause. */
    public static SeptumException input(String message, Throwable cause) {
        return new SeptumException(Kind.INPUT, message, cause);
    }

    /** Shorthand for {@link Kind#USAGE}. */
    public static SeptumException usage(String message) {
        return new SeptumException(Kind.USAGE, message);
    }

    /** Shorthand for {@link Kind#OUTPUT} with a cause. */
    public static SeptumException output(String message, Throwable cause) {
        return new SeptumException(Kind.OUTPUT, message, cause);
    }

    /** A problem with what it is about in front, unless it begins with that itself. */
    public static String about(Object subject, String problem) {
        return problem.startsWith(subject.toString()) ? problem : subject + ": " + problem;
    }

    /** What people can do about too little memory. */
    public static SeptumException outOfMemory(OutOfMemoryError cause) {
        return new SeptumException(Kind.DEVICE,
                "memory ran out: Java may take " + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB; allow it more (-Xmx8g, as SEPTUM_JAVA_OPTIONS), or use smaller scans or tiles",
                cause);
    }
}
