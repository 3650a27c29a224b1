package org.septum.compress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.septum.bundle.Bundle;
import org.septum.bundle.OnnxExport;
import org.septum.bundle.Quantization;
import org.septum.bundle.Quantization.Range;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/**
 * Finds a static quantisation of a model: measures the range of every tensor on tiles, takes the rule for ranges that
 * changes the probabilities least, and keeps in floats the convolutions without which they would change too much.
 * <p>
 * The change is the mean, over voxels that the one or the other model gives to the foreground, of half the sum over
 * classes of |p - p'|: 0 for equal probabilities, 1 for another class with certainty.
 */
public final class Quantizer {

    /** A change that is not worth giving up speed for. */
    static final double SMALL_CHANGE = 0.02;

    /** A layer is kept if the change falls to this share of what it was. */
    static final double WORTH_KEEPING = 0.8;

    private static final int MOST_KEPT = 4;

    /** Tiles that each try is judged by. */
    private static final int JUDGED = 8;

    private final Bundle bundle;

    private final CalibrationTiles judged;

    private final Path folder;

    private final Progress progress;

    private final List<float[]> expected = new ArrayList<>();

    private Quantizer(Bundle bundle, CalibrationTiles tiles, Path folder, Progress progress) {
        this.bundle = bundle;
        this.judged = tiles.first(JUDGED);
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param quantization
     *            with the layers that are kept
     * @param ranges
     *            which rule they follow, for people
     * @param change
     *            of the probabilities, 0 to 1
     */
    public record Found(Quantization quantization, String ranges, double change) {
    }

    /** Finds a quantisation of a model; see the class. */
    public static Found run(Bundle bundle, CalibrationTiles tiles, Progress progress) {
        try {
            Path folder = Files.createTempDirectory("septum-int8");
            try {
                return new Quantizer(bundle, tiles, folder, progress).find(tiles);
            } finally {
                for (String name : List.of("float.onnx", "ranges.onnx", "int8.onnx"))
                    Files.deleteIfExists(folder.resolve(name));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e + "; free some space there", e);
        }
    }

    private Found find(CalibrationTiles tiles) throws IOException {
        Path whole = folder.resolve("float.onnx");
        OnnxExport.write(bundle.plan().network(), bundle.members(), whole);
        try (OnnxRun run = new OnnxRun(whole)) {
            for (float[] tile : judged.tiles())
                expected.add(run.outputs(tile, judged.shape()).get(OnnxExport.OUTPUT));
        }
        Map<String, float[][]> ends = ends(tiles);
        Found best = null;
        for (RangeRule rule : RangeRule.values()) {
            Map<String, Range> ranges = new TreeMap<>();
            ends.forEach((tensor, seen) -> ranges.put(tensor, rule.of(seen[0], seen[1])));
            Quantization quantization = Quantization.of(ranges);
            Found found = new Found(quantization, rule.description(), change(quantization));
            if (best == null || found.change() < best.change())
                best = found;
        }
        return kept(best);
    }

    /** By tensor: its smallest values in the tiles, and its largest. */
    private Map<String, float[][]> ends(CalibrationTiles tiles) throws IOException {
        Path file = folder.resolve("ranges.onnx");
        List<String> tensors = OnnxExport.writeWithRanges(bundle.plan().network(), bundle.members(), file);
        Map<String, float[][]> ends = new TreeMap<>();
        tensors.forEach(t -> ends.put(t, new float[2][tiles.tiles().size()]));
        try (OnnxRun run = new OnnxRun(file)) {
            for (int i = 0; i < tiles.tiles().size(); i++) {
                progress.throwIfCancelled();
                progress.report("measuring ranges", i, tiles.tiles().size());
                Map<String, float[]> outputs = run.outputs(tiles.tiles().get(i), tiles.shape());
                for (int t = 0; t < tensors.size(); t++) {
                    ends.get(tensors.get(t))[0][i] = outputs.get(OnnxExport.LOWS)[t];
                    ends.get(tensors.get(t))[1][i] = outputs.get(OnnxExport.HIGHS)[t];
                }
            }
        }
        progress.report("measuring ranges", tiles.tiles().size(), tiles.tiles().size());
        return ends;
    }

    /** Keeps, one after the other, the layer that helps most, as long as one helps enough. */
    private Found kept(Found start) throws IOException {
        Found best = start;
        List<String> layers = OnnxExport.convolutions(bundle.plan().network(), bundle.members());
        while (best.change() > SMALL_CHANGE && best.quantization().kept().size() < MOST_KEPT) {
            Found next = best;
            for (int i = 0; i < layers.size(); i++) {
                progress.throwIfCancelled();
                progress.report("trying layers in floats", i, layers.size());
                Set<String> kept = new TreeSet<>(best.quantization().kept());
                if (!kept.add(layers.get(i)))
                    continue;
                Quantization tried = best.quantization().withKept(kept);
                double change = change(tried);
                if (change < next.change())
                    next = new Found(tried, best.ranges(), change);
            }
            progress.report("trying layers in floats", layers.size(), layers.size());
            if (next.change() > best.change() * WORTH_KEEPING)
                break;
            best = next;
        }
        return best;
    }

    private double change(Quantization quantization) throws IOException {
        Path file = folder.resolve("int8.onnx");
        OnnxExport.writeQuantized(bundle.plan().network(), bundle.members(), quantization, file);
        ProbabilityChange change = new ProbabilityChange(bundle.plan().labels().count());
        try (OnnxRun run = new OnnxRun(file)) {
            for (int i = 0; i < expected.size(); i++) {
                progress.throwIfCancelled();
                float[] output = run.outputs(judged.tiles().get(i), judged.shape()).get(OnnxExport.OUTPUT);
                change.add(expected.get(i), output);
            }
        }
        return change.mean();
    }
}
