package org.septum.bundle;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.data.Plan;

/**
 * A model that was read, with its files at hand until it is closed. Closing twice does no harm.
 */
public final class OpenBundle implements OpenModel {

    private final Bundle bundle;

    private final PackageFolder files;

    private final String hash;

    OpenBundle(Bundle bundle, PackageFolder files, String hash) {
        this.bundle = bundle;
        this.files = files;
        this.hash = hash;
    }

    /** The model itself; it stays valid after closing. */
    public Bundle bundle() {
        return bundle;
    }

    @Override
    public Plan plan() {
        return bundle.plan();
    }

    /** The file of the ONNX graph: input "input", output "probabilities". */
    @Override
    public Path onnx() {
        return files.folder().resolve(Bundle.ONNX);
    }

    /** The file of the graph that computes with 8-bit integers, same input and output; empty if there is none. */
    public Optional<Path> int8() {
        return bundle.quantization().map(q -> files.folder().resolve(Bundle.INT8));
    }

    @Override
    public Map<String, Path> networks() {
        Map<String, Path> networks = new TreeMap<>(Map.of(FP32, onnx()));
        int8().ifPresent(file -> networks.put(INT8, file));
        return networks;
    }

    /**
     * SHA-256 of rdf.yaml, 64 hexadecimal digits. As rdf.yaml holds the hash of every other file, it stands for the
     * whole model, whether folder or zip.
     */
    @Override
    public String hash() {
        return hash;
    }

    /** Deletes what was unpacked from a zip. */
    @Override
    public void close() {
        files.close();
    }
}
