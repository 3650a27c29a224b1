package org.septum.core;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Bytes in memory, as chunks that are made when they are first written to.
 * <p>
 * <b>Why?</b> One array holds 2 GiB at most, and arrays of 1 MiB and more are costly to the garbage collector.
 */
final class HeapBytes implements ByteStore {

    private static final int CHUNK = 1 << 18;

    private final long size;

    private final AtomicReferenceArray<byte[]> chunks;

    private Runnable onClose;

    HeapBytes(long size, Runnable onClose) {
        this.size = size;
        this.chunks = new AtomicReferenceArray<>(Math.toIntExact((size + CHUNK - 1) / CHUNK));
        this.onClose = onClose;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long at, byte[] target, int from, int count) {
        Objects.checkFromIndexSize(at, count, size);
        for (int done = 0; done < count;) {
            int start = (int) ((at + done) % CHUNK);
            int n = Math.min(count - done, CHUNK - start);
            byte[] chunk = chunks.get((int) ((at + done) / CHUNK));
            if (chunk == null)
                java.util.Arrays.fill(target, from + done, from + done + n, (byte) 0);
            else
                System.arraycopy(chunk, start, target, from + done, n);
            done += n;
        }
    }

    @Override
    public void write(long at, byte[] source, int from, int count) {
        Objects.checkFromIndexSize(at, count, size);
        for (int done = 0; done < count;) {
            int start = (int) ((at + done) % CHUNK);
            int n = Math.min(count - done, CHUNK - start);
            System.arraycopy(source, from + done, chunk((int) ((at + done) / CHUNK)), start, n);
            done += n;
        }
    }

    private byte[] chunk(int index) {
        byte[] chunk = chunks.get(index);
        if (chunk == null) {
            chunks.compareAndSet(index, null, new byte[(int) Math.min(CHUNK, size - (long) index * CHUNK)]);
            chunk = chunks.get(index);
        }
        return chunk;
    }

    @Override
    public synchronized void close() {
        onClose.run();
        onClose = () -> {
            // once is enough
        };
        for (int i = 0; i < chunks.length(); i++)
            chunks.set(i, null);
    }
}
