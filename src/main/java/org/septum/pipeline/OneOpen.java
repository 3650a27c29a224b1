package org.septum.pipeline;

import java.util.Objects;
import java.util.function.Supplier;

import org.septum.infer.Engine;

/**
 * Keeps open what was used last, and closes it when something else is needed: no more than one at a time is in memory.
 *
 * @param <T>
 *            what is opened
 */
final class OneOpen<T extends Engine> implements AutoCloseable {

    private T open;

    private String key;

    /** What a key stands for: the one that is open, or a new one. */
    T get(String wanted, Supplier<T> opener) {
        if (!Objects.equals(wanted, key)) {
            close();
            open = opener.get();
            key = wanted;
        }
        return open;
    }

    @Override
    public void close() {
        key = null;
        if (open != null)
            open.close();
        open = null;
    }
}
