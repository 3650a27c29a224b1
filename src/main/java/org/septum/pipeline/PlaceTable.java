package org.septum.pipeline;

import java.util.Arrays;

/**
 * A table from 64-bit keys to 64-bit values, 16 bytes an entry and room to grow: for a line of a million scans each.
 * Keys are parts of SHA-256, so they spread by themselves.
 */
final class PlaceTable {

    /** No value. */
    static final long NONE = -1;

    private long[] keys = new long[1 << 10];

    private long[] values = empty(1 << 10);

    private int size;

    private static long[] empty(int length) {
        long[] values = new long[length];
        Arrays.fill(values, NONE);
        return values;
    }

    /** The value of a key, or {@link #NONE}. */
    long get(long key) {
        return values[place(key)];
    }

    /** Sets the value of a key, 0 or more. */
    void put(long key, long value) {
        int at = place(key);
        if (values[at] == NONE && ++size > keys.length / 3 * 2) {
            grow();
            at = place(key);
        }
        keys[at] = key;
        values[at] = value;
    }

    private int place(long key) {
        int at = (int) key & keys.length - 1;
        while (values[at] != NONE && keys[at] != key)
            at = at + 1 & keys.length - 1;
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = empty(keys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != NONE) {
                int at = place(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
