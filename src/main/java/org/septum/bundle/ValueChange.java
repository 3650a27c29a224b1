package org.septum.bundle;

/** What a step makes of one value. */
@FunctionalInterface
interface ValueChange {

    /** The new value. */
    float of(float x);

    /** One change for every channel and slice of a scan. */
    @FunctionalInterface
    interface BySlice {

        /** The change of a channel in a slice, both from 0. */
        ValueChange at(int channel, int slice);
    }
}
