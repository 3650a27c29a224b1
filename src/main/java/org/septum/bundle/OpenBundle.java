package org.septum.bundle;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model that was read, with its files at hand until it is closed. Closing twice does no harm.
 */
public final class OpenBundle implements AutoCloseable {

    private final Bundle bundle;

    private final Path folder;

    private final String hash;

    private final boolean temporary;

    OpenBundle(Bundle bundle, Path folder, String hash, boolean temporary) {
        this.bundle = bundle;
        this.folder = folder;
        this.hash = hash;
        this.temporary = temporary;
    }

    /** The model itself; it stays valid after closing. */
    public Bundle bundle() {
        return bundle;
    }

    /** The file of the ONNX graph: input "input", output "probabilities". */
    public Path onnx() {
        return folder.resolve(Bundle.ONNX);
    }

    /** The file of the graph that computes with 8-bit integers, same input and output; empty if there is none. */
    public Optional<Path> int8() {
        return bundle.quantization().map(q -> folder.resolve(Bundle.INT8));
    }

    /**
     * SHA-256 of rdf.yaml, 64 hexadecimal digits. As rdf.yaml holds the hash of every other file, it stands for the
     * whole model, whether folder or zip.
     */
    public String hash() {
        return hash;
    }

    /** Deletes what was unpacked from a zip. */
    @Override
    public void close() {
        if (temporary)
            FileTree.deleteQuietly(folder);
    }
}
