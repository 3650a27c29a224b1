package org.septum.core;

import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/**
 * Bytes in a temporary file, which goes when the store is closed, when nobody uses it any more, or when the program
 * ends, however it ends.
 * <p>
 * <b>Why?</b> The file is read and written, not mapped: mapped pages would count as memory of the process.
 */
final class FileBytes implements ByteStore {

    private static final Cleaner CLEANER = Cleaner.create();

    private final long size;

    private final Path folder;

    private final FileChannel file;

    private final Cleaner.Cleanable closing;

    /**
     * @param folder
     *            where the file is made; made itself if need be
     */
    FileBytes(long size, Path folder) {
        this.size = size;
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            // on Linux and macOS the name goes at once, so that even a killed program leaves nothing
            this.file = FileChannel.open(folder.resolve(".septum-" + UUID.randomUUID() + ".tmp"),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw failed(e);
        }
        this.closing = CLEANER.register(this, new Closing(file));
    }

    private record Closing(FileChannel file) implements Runnable {

        @Override
        public void run() {
            try {
                file.close();
            } catch (IOException e) {
                // what was in it is not needed any more
            }
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long at, byte[] target, int from, int count) {
        Objects.checkFromIndexSize(at, count, size);
        ByteBuffer buffer = ByteBuffer.wrap(target, from, count);
        try {
            while (buffer.hasRemaining()) {
                int n = file.read(buffer, at + buffer.position() - from);
                if (n < 0) {
                    // beyond the last byte that was written
                    while (buffer.hasRemaining())
                        buffer.put((byte) 0);
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void write(long at, byte[] source, int from, int count) {
        Objects.checkFromIndexSize(at, count, size);
        ByteBuffer buffer = ByteBuffer.wrap(source, from, count);
        try {
            while (buffer.hasRemaining()) {
                if (file.write(buffer, at + buffer.position() - from) == 0)
                    throw new EOFException("the disk takes no more");
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private SeptumException failed(IOException e) {
        return SeptumException.output("a temporary file of " + (size >> 20) + " MB in " + folder.toAbsolutePath()
                + " does not work: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + "; free space there, or allow more memory so that none is needed", e);
    }

    @Override
    public void close() {
        closing.clean();
    }
}
