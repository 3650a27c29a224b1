package org.septum.pipeline;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Lines of files by the place where they begin. The file that was read last stays open. Not for several threads. */
final class LinesAt implements AutoCloseable {

    private Path file;

    private RandomAccessFile reader;

    /** The line of a file that begins at a byte, without its end. */
    String at(Path of, long offset) throws IOException {
        if (!of.equals(file)) {
            close();
            reader = new RandomAccessFile(of.toFile(), "r");
            file = of;
        }
        byte[] buffer = new byte[4096];
        int n = 0;
        reader.seek(offset);
        while (true) {
            int got = reader.read(buffer, n, buffer.length - n);
            for (int i = n; i < n + Math.max(0, got); i++)
                if (buffer[i] == '\n')
                    return new String(buffer, 0, i, StandardCharsets.UTF_8);
            if (got < 0)
                return new String(buffer, 0, n, StandardCharsets.UTF_8);
            n += got;
            if (n == buffer.length)
                buffer = Arrays.copyOf(buffer, 2 * n);
        }
    }

    /** Frees the file; the next line opens one again. */
    @Override
    public void close() throws IOException {
        if (reader != null)
            reader.close();
        reader = null;
        file = null;
    }
}
