package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CalibrationTiles;
import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.compress.Quantizer;
import org.septum.compress.Receipt;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.io.PixelSizes;

/**
 * Makes a model faster or smaller and measures what that costs, on the cases that were held out of its training, with
 * the model before and after. The receipt lies in the new model as {@code receipt.json}. What is found on the way lies
 * in {@code OUTPUT.compressing/}, from which a compression that was cut off goes on; the folder goes when the model is
 * written.
 */
public final class CompressModel {

    /** Integer kernels take channels by eights. */
    private static final int INTEGER_CHANNELS = 8;

    static final int TILES = 32;

    private static final Pattern FOLD = Pattern.compile("fold (\\d) of .*");

    /**
     * How to prune.
     *
     * @param target
     *            what may be left
     * @param budget
     *            for training afterwards; absent or zero for none, and for a method that trains anew absent for as long
     *            as the model itself was trained
     * @param search
     *            for trainings that a method needs to choose; absent for a quarter of the other time
     * @param device
     *            that trains: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param seed
     *            of trainings, instead of the plan's
     */
    public record Wishes(CompressionTarget target, Optional<Duration> budget, Optional<Duration> search, String device,
            OptionalLong seed) {

        /** Half the multiply-adds, without training. */
        public static final Wishes DEFAULT = new Wishes(CompressionTarget.DEFAULT, Optional.empty(), Optional.empty(),
                "auto", OptionalLong.empty());

        /** These wishes with another target. */
        public Wishes withTarget(CompressionTarget other) {
            return new Wishes(other, budget, search, device, seed);
        }
    }

    /**
     * How to write.
     *
     * @param maxDrop
     *            a model that loses more Dice than this, 0 to 1, in the mean over classes, is not written; absent for
     *            any
     * @param resume
     *            whether to go on with a compression of the same output that was cut off
     * @param overwrite
     *            whether a model at the output, and what is left of an unfinished compression, may be replaced
     */
    public record Writing(OptionalDouble maxDrop, boolean resume, boolean overwrite) {

        /** Whatever it loses; nothing is replaced. */
        public static final Writing DEFAULT = new Writing(OptionalDouble.empty(), false, false);

        public Writing {
            if (maxDrop.isPresent() && !(maxDrop.getAsDouble() >= 0 && maxDrop.getAsDouble() <= 1)) {
                throw SeptumException.usage("largest drop " + maxDrop.getAsDouble()
                        + "; give the Dice that may be lost, 0 to 1, such as 0.01 for one point");
            }
        }
    }

    /**
     * What to compress.
     *
     * @param model
     *            folder or zip
     * @param dataset
     *            that it was trained on
     * @param methods
     *            how: one that prunes, or int8, or one that prunes and then int8
     * @param output
     *            the new model: a folder, or a zip if its name ends in .zip
     * @param fold
     *            which fold is held out; empty for the one that the model was trained without, as it says itself
     * @param wishes
     *            how to prune
     * @param writing
     *            how to write
     */
    public record Request(Path model, Path dataset, List<CompressionMethod> methods, Path output, OptionalInt fold,
            Wishes wishes, Writing writing) {

        public Request {
            methods = List.copyOf(methods);
            if (model.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize()))
                throw SeptumException.usage("the output is the model itself; give another place");
            boolean usable = methods.size() == 1
                    || methods.size() == 2 && methods.get(0).isPruning() && !methods.get(1).isPruning();
            if (!usable) {
                throw SeptumException
                        .usage("methods " + String.join("+", methods.stream().map(CompressionMethod::word).toList())
                                + "; give one, or one that prunes and then int8, such as cap+int8");
            }
        }

        /** One method with all else by default. */
        public static Request of(Path model, Path dataset, CompressionMethod method, Path output) {
            return new Request(model, dataset, List.of(method), output, OptionalInt.empty(), Wishes.DEFAULT,
                    Writing.DEFAULT);
        }

        /**
         * Throws if a target or times were given to a method that has no use for them.
         *
         * @throws SeptumException
         *             of kind USAGE
         */
        public void requirePruning() {
            if (!isPruning()) {
                throw SeptumException.usage(methods.get(0).word()
                        + " takes no target, budget or search time; leave them out, or prune first: cap+int8");
            }
        }

        boolean isPruning() {
            return methods.get(0).isPruning();
        }

        /** Of which widths shall be multiples. */
        int multiple() {
            return isPruning() && isQuantizing() ? INTEGER_CHANNELS : 1;
        }

        boolean isQuantizing() {
            return !methods.get(methods.size() - 1).isPruning();
        }
    }

    /**
     * What came out.
     *
     * @param model
     *            where the new model lies, or would
     * @param receipt
     *            what it cost and gained
     * @param isWritten
     *            false if it lost more than it may
     */
    public record Result(Path model, Receipt receipt, boolean isWritten) {
    }

    private final Request request;

    private final Progress progress;

    private final Path work;

    private CompressModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        Path output = request.output().toAbsolutePath().normalize();
        this.work = output.resolveSibling(output.getFileName() + ".compressing");
    }

    /**
     * Compresses a model.
     *
     * @throws SeptumException
     *             of kind INPUT if the model or the dataset cannot be used, USAGE if the target cannot be reached,
     *             OUTPUT if the new model cannot be written, CANCELLED if it was stopped
     */
    public static Result run(Request request, Progress progress) {
        return new CompressModel(request, progress).run();
    }

    private Result run() {
        BundleWriter.requireReplaceable(request.output(), request.writing().overwrite());
        requireFresh();
        try (OpenBundle open = BundleReader.open(request.model())) {
            Bundle bundle = open.bundle();
            CaseIndex index = CaseIndex.of(request.dataset());
            FoldSplit split = split(bundle, index);
            Optional<PruneModel.Outcome> pruned = Optional.empty();
            if (request.isPruning()) {
                pruned = Optional.of(PruneModel.run(bundle,
                        new PruneModel.Job(request.methods().get(0), request.wishes(), split, work, request.multiple()),
                        key(open.hash(), split), progress));
            }
            Bundle smaller = pruned.map(PruneModel.Outcome::bundle).orElse(bundle);
            Optional<Quantizer.Found> found = request.isQuantizing() ? Optional.of(quantized(smaller, split))
                    : Optional.empty();
            Bundle after = found.map(f -> smaller.withQuantization(f.quantization())).orElse(smaller);
            return write(open, new CompressedModel(bundle, after, pruned, found), index, split);
        }
    }

    private void requireFresh() {
        if (!Files.exists(work) || request.writing().resume())
            return;
        if (!request.writing().overwrite()) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    work + " holds an unfinished compression; go on with --resume, or drop it with --overwrite");
        }
        PruneModel.forget(work);
    }

    /** What an unfinished compression has to have in common with this one. */
    private String key(String hash, FoldSplit split) {
        return hash + " " + request.methods().get(0).word() + " by " + request.multiple() + " "
                + request.wishes().target() + " fold " + split.fold()
                + (request.wishes().seed().isPresent() ? " seed " + request.wishes().seed().getAsLong() : "");
    }

    private Quantizer.Found quantized(Bundle bundle, FoldSplit split) {
        CalibrationTiles tiles = CalibrationTiles.of(split.training(), bundle.plan(), TILES, progress);
        return Quantizer.run(bundle, tiles, progress);
    }

    private FoldSplit split(Bundle bundle, CaseIndex index) {
        if (!isOf(bundle, index)) {
            progress.message("the model was trained on " + trainedOn(bundle) + ", this is " + index.name()
                    + ": give its own dataset, unless this is the same by another name");
        }
        if (request.fold().isPresent())
            return FoldSplit.of(index, request.fold().getAsInt());
        Matcher said = FOLD.matcher(bundle.card().training().getOrDefault("split", ""));
        if (said.matches())
            return FoldSplit.of(index, Integer.parseInt(said.group(1)));
        progress.message("the model was trained on every case; both before and after are scored on those of fold 0,"
                + " which it has seen: the difference counts, not the scores");
        return FoldSplit.of(index, 0);
    }

    private static String trainedOn(Bundle bundle) {
        return bundle.card().training().getOrDefault("dataset", bundle.plan().dataset());
    }

    private static boolean isOf(Bundle bundle, CaseIndex index) {
        return trainedOn(bundle).equals(index.name());
    }

    /** Says whether the scored cases were new to the model. */
    private static String describe(Bundle bundle, CaseIndex index, FoldSplit split) {
        String fold = "cases of " + split.name();
        if (!isOf(bundle, index))
            return fold + " of " + index.name() + "; the model was trained on " + trainedOn(bundle);
        Matcher said = FOLD.matcher(bundle.card().training().getOrDefault("split", ""));
        boolean held = said.matches()
                && FoldSplit.of(index, Integer.parseInt(said.group(1))).validation().equals(split.validation());
        return held ? "validation " + fold : fold + ", on which the model was trained";
    }

    /** Measures the model, and writes it if it is good enough. */
    private Result write(OpenBundle before, CompressedModel made, CaseIndex index, FoldSplit split) {
        try {
            Path folder = Files.createTempDirectory("septum-compress");
            try {
                BundleWriter.write(made.bundle(), folder.resolve("model"), false);
                try (OpenBundle open = BundleReader.open(folder.resolve("model"))) {
                    Path run = made.quantized().isPresent() ? open.int8().orElseThrow() : open.onnx();
                    BeforeAndAfter measured = BeforeAndAfter.measure(
                            List.of(new BeforeAndAfter.Side(before.onnx(), made.before().plan()),
                                    new BeforeAndAfter.Side(run, made.bundle().plan())),
                            split.validation(), pixelSizes(), progress);
                    Receipt receipt = made.receipt(request, measured,
                            new Receipt.Change(Files.size(before.onnx()), Files.size(run)),
                            describe(made.before(), index, split) + chosen(made.pruned()));
                    return written(made, receipt, measured);
                }
            } finally {
                FileTree.delete(folder);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e + "; free some space there", e);
        }
    }

    private static String chosen(Optional<PruneModel.Outcome> pruned) {
        boolean chose = pruned.isPresent() && pruned.get().fromScratch();
        return chose ? ", which chose the epoch of both" : "";
    }

    private PixelSizes pixelSizes() {
        return EvaluateModel.tableOf(request.dataset()).filter(PixelSizes::isIn).map(PixelSizes::of)
                .orElse(PixelSizes.NONE);
    }

    private Result written(CompressedModel made, Receipt receipt, BeforeAndAfter measured) {
        OptionalDouble most = request.writing().maxDrop();
        boolean lost = most.isPresent() && !(receipt.drop() <= most.getAsDouble());
        if (lost)
            return new Result(request.output(), receipt, false);
        BundleWriter.write(made.described(receipt, measured), request.output(), request.writing().overwrite());
        PruneModel.forget(work);
        return new Result(request.output(), receipt, true);
    }
}
