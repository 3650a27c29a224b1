package org.septum.pipeline;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.septum.core.FileTree;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.infer.Slab;

/**
 * Where the slabs of one scan lie until they are joined: label values, gzip, a file each; or in its place a text that
 * says why there is none.
 *
 * @param folder
 *            of this scan, model, options and division alone
 */
record SlabFolder(Path folder) {

    static SlabFolder of(Path output, String key) {
        return new SlabFolder(new BatchFolder(output).slabs().resolve(key));
    }

    /** What stands for a scan, a model, options and a division. */
    static String key(String name, InputFacts input, BatchChoice choice, List<Slab> slabs) {
        return Sha256.of(String.join("\n", name, input.sha256(), choice.model(), choice.options(),
                Integer.toString(slabs.size()), SeptumVersion.text())).substring(0, 32);
    }

    private Path labels(Slab slab) {
        return folder.resolve(slab.first() + "-" + slab.end() + ".gz");
    }

    private Path problem(Slab slab) {
        return folder.resolve(slab.first() + "-" + slab.end() + ".txt");
    }

    /** True if the slab need not be segmented any more. */
    boolean holds(Slab slab) {
        return Files.exists(labels(slab));
    }

    /** Writes labels to a stream. */
    @FunctionalInterface
    interface Labels {

        void writeTo(OutputStream out) throws IOException;
    }

    /** Keeps a slab. */
    void write(Slab slab, Labels content) {
        WholeFile.write(labels(slab), true, aside -> {
            try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(aside)))) {
                content.writeTo(out);
            }
        });
    }

    /** Keeps why a slab cannot be segmented. */
    void writeProblem(Slab slab, String why) {
        WholeFile.write(problem(slab), true, aside -> Files.writeString(aside, why));
    }

    /**
     * The labels of all slabs, one after the other.
     *
     * @throws SeptumException
     *             of kind INPUT if one of them could not be segmented, or is missing
     */
    InputStream read(List<Slab> slabs) {
        for (Slab slab : slabs) {
            problemOf(slab).ifPresent(why -> {
                throw SeptumException.input(why);
            });
            if (!holds(slab))
                throw SeptumException.input("its slices " + slab.first() + " to " + (slab.end() - 1)
                        + " were not segmented; has the scan changed meanwhile? --resume tries it again");
        }
        return new SequenceInputStream(Collections.enumeration(slabs.stream().map(this::open).toList()));
    }

    private Optional<String> problemOf(Slab slab) {
        try {
            return !holds(slab) && Files.exists(problem(slab)) ? Optional.of(Files.readString(problem(slab)))
                    : Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private InputStream open(Slab slab) {
        try {
            return new Opened(labels(slab));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A file that is opened when it is read: there may be many. */
    private static final class Opened extends InputStream {

        private final Path file;

        private InputStream in;

        Opened(Path file) throws IOException {
            this.file = file;
            if (!Files.isReadable(file))
                throw new IOException(file + " cannot be read");
        }

        private InputStream in() throws IOException {
            if (in == null)
                in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
            return in;
        }

        @Override
        public int read() throws IOException {
            return in().read();
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            return in().read(target, offset, count);
        }

        @Override
        public void close() throws IOException {
            if (in != null)
                in.close();
        }
    }

    private SeptumException failed(IOException e) {
        return SeptumException.output("cannot read " + folder + ": " + e.getMessage()
                + "; is the disk of the output folder still there? --resume goes on", e);
    }

    /** Removes all of it. */
    void delete() {
        FileTree.deleteQuietly(folder);
        try {
            // gone with the last scan; what others keep in it stays
            Files.deleteIfExists(folder.getParent());
        } catch (IOException | UncheckedIOException e) {
            // not empty
        }
    }
}
