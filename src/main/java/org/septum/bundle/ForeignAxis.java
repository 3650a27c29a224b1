package org.septum.bundle;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One axis of a tensor of a package that others made.
 *
 * @param kind
 *            what runs along it
 * @param id
 *            its name in the package
 * @param min
 *            smallest size; the number of channels of a channel axis; 0 if a reference gives the size
 * @param step
 *            other sizes are {@code min} plus a multiple of it; 0 if {@code min} is the only one
 * @param reference
 *            where the size comes from if it is that of another axis; else null
 * @param halo
 *            samples of an output that are thrown away at each end
 * @param channelNames
 *            of a channel axis; empty if none are given
 */
record ForeignAxis(Kind kind, String id, int min, int step, Reference reference, int halo, List<String> channelNames) {

    /** What runs along an axis. */
    enum Kind {
        BATCH, CHANNEL, Z, Y, X,
        /** Time or a plain index: of size 1 wherever it occurs. */
        OTHER;

        /** The kind that an axis of this name has in either format. */
        static Optional<Kind> named(String id) {
            return Optional.ofNullable(switch (id.toLowerCase(Locale.ROOT)) {
                case "b", "batch" -> BATCH;
                case "c", "channel" -> CHANNEL;
                case "z" -> Z;
                case "y" -> Y;
                case "x" -> X;
                case "t", "i", "time", "index" -> OTHER;
                default -> null;
            });
        }

        boolean isSpace() {
            return this == Z || this == Y || this == X;
        }
    }

    /**
     * A size that follows from that of an input axis: size = scale · other + offset.
     *
     * @param axis
     *            the other one
     * @param scale
     *            samples for each of its samples
     * @param offset
     *            added; negative where a network needs context that it does not give back
     */
    record Reference(Kind axis, double scale, double offset) {
    }

    ForeignAxis {
        channelNames = List.copyOf(channelNames);
    }

    /** This axis as one of size 1 that is no direction in space. */
    ForeignAxis asSingle() {
        return new ForeignAxis(Kind.OTHER, id, 1, 0, null, 0, channelNames);
    }
}
