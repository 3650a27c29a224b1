package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.metrics.Measurement;

/**
 * A model that is ready to segment, Septum's own or that of others, with its files at hand until it is closed. Closing
 * twice does no harm.
 */
public sealed interface OpenModel extends AutoCloseable permits OpenBundle, ForeignModel {

    /** The word of {@code --precision} for 32-bit floats, which every model has. */
    String FP32 = "fp32";

    /** The word of {@code --precision} for 8-bit integers. */
    String INT8 = "int8";

    /** Both words. */
    List<String> PRECISIONS = List.of(FP32, INT8);

    /**
     * Opens a model of either kind.
     *
     * @param path
     *            folder or zip of a bioimage.io package with ONNX weights
     *
     * @throws SeptumException
     *             of kind INPUT if it is damaged, unsafe, or needs what Septum cannot do
     */
    static OpenModel open(Path path) {
        PackageFolder files = PackageFolder.open(path);
        boolean opened = false;
        try {
            OpenModel model = files.isOwn() ? BundleReader.load(files) : ForeignModel.of(files);
            opened = true;
            return model;
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + path + ": " + e, e);
        } finally {
            if (!opened)
                files.close();
        }
    }

    /** How scans are treated. */
    Plan plan();

    /** The network: one input (N, channels, S), one output (N, classes, S) of probabilities. */
    Path onnx();

    /** The same network at every precision that the model has, by the word of {@code --precision}. */
    default Map<String, Path> networks() {
        return Map.of(FP32, onnx());
    }

    /**
     * The network at a precision.
     *
     * @param precision
     *            one of {@link #PRECISIONS}
     *
     * @throws SeptumException
     *             of kind USAGE if the word is another, of kind INPUT if the model lacks it; the message says how to
     *             make it
     */
    default Path network(String precision) {
        if (!PRECISIONS.contains(precision)) {
            throw SeptumException.usage("precision \"" + precision + "\"; allowed: " + String.join(", ", PRECISIONS));
        }
        Path network = networks().get(precision);
        if (network == null) {
            throw SeptumException.input("the model has no network of precision " + precision + ", only "
                    + String.join(", ", networks().keySet()) + "; make one with septum compress -m MODEL -d DATASET"
                    + " --method int8 -o OTHER, where DATASET is what it was trained on");
        }
        return network;
    }

    /** SHA-256 of the description, 64 hexadecimal digits. */
    String hash();

    /** A scan as it goes into the network's plan; the same scan for Septum's own models. */
    default Scan prepared(Scan scan) {
        return scan;
    }

    /** The mask of a {@link #prepared} scan on the grid of the scan itself. */
    default LabelMask finished(LabelMask mask, Scan scan) {
        return mask;
    }

    /** The probabilities of a {@link #prepared} scan on the grid of the scan itself. */
    default ProbabilityMap finished(ProbabilityMap map, Scan scan) {
        return map;
    }

    /** Share of a tile that the next one must cover again so that {@code wanted} of what is used of it is. */
    default double overlap(double wanted) {
        return wanted;
    }

    /** Most tiles at once; 0 for any number. */
    default int mostTiles() {
        return 0;
    }

    /** What is measured in its masks. */
    default List<Measurement> measurements() {
        return List.of();
    }

    /** What was decided where the model leaves it open, for people. */
    default List<String> notes() {
        return List.of();
    }

    @Override
    void close();
}
