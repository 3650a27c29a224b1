package org.septum.core;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the large intermediate data of one scan lie: what a file unpacks to, its mask, its probabilities. In memory as
 * long as they fit a limit, beyond it in temporary files. May be used by many threads.
 */
public final class Workspace implements AutoCloseable {

    private final long memory;

    private final Path folder;

    private final AtomicLong used = new AtomicLong();

    private final List<ByteStore> stores = new CopyOnWriteArrayList<>();

    private Workspace(long memory, Path folder) {
        this.memory = memory;
        this.folder = folder;
    }

    /**
     * A workspace with a limit.
     *
     * @param memory
     *            bytes that may lie in memory
     * @param folder
     *            for temporary files; made if need be
     */
    public static Workspace of(long memory, Path folder) {
        return new Workspace(memory, folder);
    }

    /** A workspace that takes up to half of the memory Java may have, and then the system's temporary folder. */
    public static Workspace ofHeap() {
        return new Workspace(Runtime.getRuntime().maxMemory() / 2, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Bytes that may lie in memory at once. */
    public long memory() {
        return memory;
    }

    /**
     * A new store of bytes. It lasts until it is closed, this workspace is closed, or nobody uses it any more.
     *
     * @throws SeptumException
     *             of kind OUTPUT if a temporary file is needed and cannot be made
     */
    public ByteStore store(long bytes) {
        ByteStore store = inMemory(bytes) ? new HeapBytes(bytes, () -> used.addAndGet(-bytes))
                : new FileBytes(bytes, folder);
        stores.add(store);
        return store;
    }

    private boolean inMemory(long bytes) {
        if (used.addAndGet(bytes) <= memory)
            return true;
        used.addAndGet(-bytes);
        return false;
    }

    @Override
    public void close() {
        stores.forEach(ByteStore::close);
        stores.clear();
    }
}
