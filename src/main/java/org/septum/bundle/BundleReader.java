package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

/**
 * Reads models that {@link BundleWriter} wrote, from a folder or a zip. Before anything is loaded, every file's size
 * and SHA-256 are held against rdf.yaml, the weights against the plan's network, and the ONNX graph is looked through.
 */
public final class BundleReader {

    private BundleReader() {
    }

    /**
     * Reads a model.
     *
     * @throws SeptumException
     *             of kind INPUT if it is damaged, was changed, is unsafe, or is not Septum's
     */
    public static Bundle read(Path path) {
        try (OpenBundle open = open(path)) {
            return open.bundle();
        }
    }

    /**
     * Reads a model and keeps its files at hand; a zip is unpacked to a temporary folder until the result is closed.
     *
     * @throws SeptumException
     *             of kind INPUT if it is damaged, was changed, is unsafe, or is not Septum's
     */
    public static OpenBundle open(Path path) {
        PackageFolder files = PackageFolder.open(path);
        boolean loaded = false;
        try {
            OpenBundle open = load(files);
            loaded = true;
            return open;
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + path + ": " + e, e);
        } finally {
            if (!loaded)
                files.close();
        }
    }

    /** Reads a package of Septum's own that was opened; the result closes it. */
    static OpenBundle load(PackageFolder files) throws IOException {
        RdfParser rdf = new RdfParser(files.rdf(), files.where());
        Map<String, String> hashes = rdf.hashes();
        files.requireHashes(hashes);
        Map<String, String> attachments = new TreeMap<>();
        for (String name : hashes.keySet())
            if (!Bundle.FILES.contains(name) && !name.equals(Bundle.INT8))
                attachments.put(name, files.text(name));
        Bundle bundle = bundle(files, rdf, attachments);
        requireFit(files, Bundle.ONNX, bundle.plan());
        boolean int8 = hashes.containsKey(Bundle.INT8);
        if (bundle.quantization().isPresent() != int8) {
            throw PackageFolder.unusable(files.where(), "of " + Bundle.QUANTIZATION + " and " + Bundle.INT8
                    + " it has only one; make it anew with septum compress --method int8");
        }
        if (int8)
            requireFit(files, Bundle.INT8, bundle.plan());
        return new OpenBundle(bundle, files, FileHashes.sha256(files.file(files.description())));
    }

    private static void requireFit(PackageFolder files, String name, Plan plan) throws IOException {
        OnnxFile onnx = OnnxFile.read(files, name);
        requireChannels(files.where(), name + ": it has " + onnx.inputs().size() + " input(s)", onnx.inputs(),
                plan.channels().size());
        requireChannels(files.where(), name + ": it has " + onnx.outputs().size() + " output(s)", onnx.outputs(),
                plan.labels().count());
    }

    private static Bundle bundle(PackageFolder files, RdfParser rdf, Map<String, String> attachments)
            throws IOException {
        try {
            Plan plan = Plan.parse(files.text(Bundle.PLAN), Bundle.PLAN);
            List<NamedWeights> members = MemberWeights.read(files.file(Bundle.WEIGHTS));
            members.forEach(BundleReader::requireNumbers);
            return new Bundle(plan, members, rdf.card(), attachments);
        } catch (SeptumException | IllegalArgumentException | ArithmeticException e) {
            String what = String.valueOf(e.getMessage());
            throw what.startsWith(files.where() + " is not") ? e : PackageFolder.unusable(files.where(), what);
        }
    }

    private static void requireNumbers(NamedWeights weights) {
        weights.tensors().forEach((name, tensor) -> {
            for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                    throw SeptumException.input(Bundle.WEIGHTS + ": weight " + name + " holds " + value
                            + "; allowed: finite numbers: train it again");
                }
            }
        });
    }

    private static void requireChannels(Path where, String what, List<OnnxFile.Port> ports, int wanted) {
        List<Long> sizes = ports.size() == 1 ? ports.get(0).sizes() : List.of();
        if (sizes.size() < 2 || sizes.get(1) != wanted && sizes.get(1) != -1) {
            throw PackageFolder.unusable(where, what + " of shape " + ports.stream().map(OnnxFile.Port::sizes).toList()
                    + "; the plan needs one with " + wanted + " channels");
        }
    }
}
