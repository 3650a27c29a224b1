package org.septum.train;

/** A step led to numbers that are none; the weights cannot be used any more. */
final class Diverged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what became what: "the loss became NaN". */
    Diverged(String message) {
        super(message);
    }
}
