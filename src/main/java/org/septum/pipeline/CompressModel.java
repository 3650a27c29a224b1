package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CalibrationTiles;
import org.septum.compress.CompressionMethod;
import org.septum.compress.Quantizer;
import org.septum.compress.Receipt;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;

/**
 * Makes a model faster or smaller and measures what that costs, on the cases that were held out of its training, with
 * the model before and after. The receipt lies in the new model as {@code receipt.json}.
 */
public final class CompressModel {

    private static final int TILES = 32;

    private static final Pattern FOLD = Pattern.compile("fold (\\d) of .*");

    /**
     * What to compress.
     *
     * @param model
     *            folder or zip
     * @param dataset
     *            that it was trained on
     * @param method
     *            how
     * @param output
     *            the new model: a folder, or a zip if its name ends in .zip
     * @param fold
     *            which fold is held out; empty for the one that the model was trained without, as it says itself
     * @param overwrite
     *            whether a model at the output may be replaced
     */
    public record Request(Path model, Path dataset, CompressionMethod method, Path output, OptionalInt fold,
            boolean overwrite) {

        public Request {
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
        }
    }

    /**
     * What came out.
     *
     * @param model
     *            where the new model lies
     * @param receipt
     *            what it cost and gained
     */
    public record Result(Path model, Receipt receipt) {
    }

    private final Request request;

    private final Progress progress;

    private CompressModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Compresses a model.
     *
     * @throws SeptumException
     *             of kind INPUT if the model or the dataset cannot be used, OUTPUT if the new model cannot be written,
     *             CANCELLED if it was stopped
     */
    public static Result run(Request request, Progress progress) {
        return new CompressModel(request, progress).run();
    }

    private Result run() {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        Bundle bundle = BundleReader.read(request.model());
        CaseIndex index = CaseIndex.of(request.dataset());
        FoldSplit split = split(bundle, index);
        CalibrationTiles tiles = CalibrationTiles.of(split.training(), bundle.plan(), TILES, progress);
        Quantizer.Found found = Quantizer.run(bundle, tiles, progress);
        Bundle faster = bundle.withQuantization(found.quantization());
        Receipt receipt = receipt(faster, index, split, new Receipt.Choices(tiles.tiles().size(), found.ranges(),
                found.change(), List.copyOf(found.quantization().kept())));
        Map<String, String> attachments = new TreeMap<>(faster.attachments());
        attachments.put(Receipt.FILE, receipt.toJson());
        BundleWriter.write(faster.withAttachments(attachments), request.output(), request.overwrite());
        return new Result(request.output(), receipt);
    }

    private FoldSplit split(Bundle bundle, CaseIndex index) {
        if (request.fold().isPresent())
            return FoldSplit.of(index, request.fold().getAsInt());
        Matcher said = FOLD.matcher(bundle.card().training().getOrDefault("split", ""));
        if (said.matches())
            return FoldSplit.of(index, Integer.parseInt(said.group(1)));
        progress.message("the model was trained on every case; both before and after are scored on those of fold 0,"
                + " which it has seen: the difference counts, not the scores");
        return FoldSplit.of(index, 0);
    }

    /** Says whether the scored cases were new to the model. */
    private static String describe(Bundle bundle, CaseIndex index, FoldSplit split) {
        String fold = "cases of " + split.name();
        Matcher said = FOLD.matcher(bundle.card().training().getOrDefault("split", ""));
        boolean held = said.matches()
                && FoldSplit.of(index, Integer.parseInt(said.group(1))).validation().equals(split.validation());
        return held ? "validation " + fold : fold + ", on which the model was trained";
    }

    private Receipt receipt(Bundle bundle, CaseIndex index, FoldSplit split, Receipt.Choices choices) {
        List<DataCase> cases = split.validation();
        try {
            Path folder = Files.createTempDirectory("septum-compress");
            try {
                Path model = folder.resolve("model");
                BundleWriter.write(bundle, model, false);
                try (OpenBundle open = BundleReader.open(model)) {
                    Path int8 = open.int8().orElseThrow();
                    BeforeAndAfter measured = BeforeAndAfter.measure(open, cases, progress);
                    return new Receipt(Receipt.VERSION, request.method().word(), index.name(),
                            describe(bundle, index, split), classes(bundle.plan(), measured), measured.seconds(),
                            new Receipt.Change(Files.size(open.onnx()), Files.size(int8)), choices, measured.machine());
                }
            } finally {
                FileTree.delete(folder);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e + "; free some space there", e);
        }
    }

    private static List<Receipt.ClassScore> classes(Plan plan, BeforeAndAfter measured) {
        List<Receipt.ClassScore> scores = new ArrayList<>();
        plan.labels().foreground().forEach(label -> scores.add(measured.score(label)));
        return scores;
    }
}
