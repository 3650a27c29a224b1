package org.septum.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;
import org.septum.io.ScanFiles;
import org.septum.metrics.CaseScores;
import org.septum.metrics.ScoreTable;

/** Compares predicted masks with references, case by case and class by class. */
public final class EvaluateMasks {

    private static final double SAME_PLACE = 1e-3;

    /** Allows every value, so that an unexpected one is a problem to report and not the end. */
    private static final ClassLabels EVERY_VALUE = new ClassLabels(
            IntStream.range(0, 256).mapToObj(v -> new ClassLabel(v, "class_" + v, ClassLabels.colour(v))).toList());

    /**
     * What to compare.
     *
     * @param reference
     *            a mask or a folder of masks
     * @param prediction
     *            a mask or a folder of masks of the same names
     * @param output
     *            folder for {@code scores.csv}, {@code summary.csv} and {@code scores.json}; null to write nothing
     * @param labels
     *            the classes to score, background ignored; empty for those of the {@code dataset.json} in or beside the
     *            reference folder, or without one for the values found, as class_1, class_2 …
     * @param toleranceMm
     *            of the surface Dice; in voxels where the spacing is not known
     * @param overwrite
     *            whether files in the output folder may be replaced
     */
    public record Request(Path reference, Path prediction, Path output, List<ClassLabel> labels, double toleranceMm,
            boolean overwrite) {

        public Request {
            labels = List.copyOf(labels);
            if (!(toleranceMm >= 0) || Double.isInfinite(toleranceMm)) {
                throw SeptumException.usage("tolerance " + toleranceMm + " mm; give a number from 0 up, such as 1");
            }
        }

        /** Classes as named by the dataset, a tolerance of 1 mm, nothing written. */
        public static Request of(Path reference, Path prediction) {
            return new Request(reference, prediction, null, List.of(), 1, false);
        }

        /** The same with tables written into a folder. */
        public Request withOutput(Path folder, boolean replace) {
            return new Request(reference, prediction, folder, labels, toleranceMm, replace);
        }

        /** The same with classes given. */
        public Request withLabels(List<ClassLabel> given) {
            return new Request(reference, prediction, output, given, toleranceMm, overwrite);
        }

        /** The same with another tolerance in mm. */
        public Request withTolerance(double mm) {
            return new Request(reference, prediction, output, labels, mm, overwrite);
        }
    }

    /**
     * What came out.
     *
     * @param scores
     *            of all cases that could be scored
     * @param problems
     *            one line for each file or case that could not, and for values that are no class; empty if all is well
     * @param files
     *            what was written
     */
    public record Result(ScoreTable scores, List<String> problems, List<Path> files) {

        public Result {
            problems = List.copyOf(problems);
            files = List.copyOf(files);
        }
    }

    private final Request request;
    private final Function<Path, LabelMask> reader;
    private final List<String> problems = new ArrayList<>();

    private EvaluateMasks(Request request, Function<Path, LabelMask> reader) {
        this.request = request;
        this.reader = reader;
    }

    /**
     * Compares. A case that cannot be scored becomes a problem of the result and does not stop the rest.
     *
     * @throws SeptumException
     *             if nothing can be compared at all, the output exists, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        return run(request, progress, path -> ScanFiles.readMask(path, EVERY_VALUE));
    }

    /** The same with masks from somewhere else; they may hold any value from 0 to 255. */
    static Result run(Request request, Progress progress, Function<Path, LabelMask> reader) {
        return new EvaluateMasks(request, reader).run(progress);
    }

    /** Classes class_0 to class_255, for reading a mask whose values are not known. */
    static ClassLabels everyValue() {
        return EVERY_VALUE;
    }

    private Result run(Progress progress) {
        List<Path> files = outputs();
        files.forEach(file -> WholeFile.requireFree(file, request.overwrite()));
        MaskPairing pairing = MaskPairing.of(request.reference(), request.prediction());
        problems.addAll(pairing.problems());
        List<ClassLabel> labels = labels(pairing, progress);
        List<CaseScores> rows = new ArrayList<>();
        int done = 0;
        for (MaskPairing.Pair pair : pairing.pairs()) {
            progress.throwIfCancelled();
            rows.addAll(score(pair, labels));
            progress.report("evaluating", ++done, pairing.pairs().size());
        }
        ScoreTable table = new ScoreTable(rows, request.toleranceMm());
        if (!files.isEmpty()) {
            write(files.get(0), table.toCsv());
            write(files.get(1), table.summaryCsv());
            write(files.get(2), table.toJson(problems));
        }
        return new Result(table, problems, files);
    }

    private List<Path> outputs() {
        Path folder = request.output();
        return folder == null ? List.of()
                : List.of(folder.resolve("scores.csv"), folder.resolve("summary.csv"), folder.resolve("scores.json"));
    }

    private void write(Path file, String text) {
        WholeFile.write(file, request.overwrite(), aside -> Files.writeString(aside, text, StandardCharsets.UTF_8));
    }

    private List<ClassLabel> labels(MaskPairing pairing, Progress progress) {
        List<ClassLabel> named = request.labels().isEmpty()
                ? DatasetLabels.of(request.reference()).map(ClassLabels::classes).orElse(List.of())
                : request.labels();
        List<ClassLabel> labels = named.isEmpty() ? found(pairing, progress) : named;
        return labels.stream().filter(label -> label.value() != 0).toList();
    }

    private List<ClassLabel> found(MaskPairing pairing, Progress progress) {
        BitSet values = new BitSet();
        for (MaskPairing.Pair pair : pairing.pairs()) {
            progress.throwIfCancelled();
            try {
                values.or(values(reader.apply(pair.reference())));
                values.or(values(reader.apply(pair.prediction())));
            } catch (SeptumException e) {
                // this case becomes a problem when it is scored
                rethrowIfCancelled(e);
            }
        }
        return values.stream().mapToObj(v -> EVERY_VALUE.classes().get(v)).toList();
    }

    private List<CaseScores> score(MaskPairing.Pair pair, List<ClassLabel> labels) {
        try {
            LabelMask reference = reader.apply(pair.reference());
            LabelMask prediction = reader.apply(pair.prediction());
            requireSameGrid(reference, prediction);
            List<CaseScores> rows = new ArrayList<>();
            for (ClassLabel label : labels)
                rows.add(CaseScores.of(pair.name(), label, reference, prediction, request.toleranceMm()));
            noteStrangers(pair.name() + ": reference", reference, labels);
            noteStrangers(pair.name() + ": prediction", prediction, labels);
            return rows;
        } catch (SeptumException e) {
            rethrowIfCancelled(e);
            problems.add(pair.name() + ": " + e.getMessage());
            return List.of();
        }
    }

    private static void requireSameGrid(LabelMask reference, LabelMask prediction) {
        if (!reference.shape().equals(prediction.shape())) {
            throw SeptumException.input("the reference has " + reference.shape() + " voxels and the prediction "
                    + prediction.shape() + "; put the prediction on the grid of the reference");
        }
        boolean comparable = isKnown(reference) && isKnown(prediction);
        if (comparable && !reference.geometry().isCloseTo(prediction.geometry(), SAME_PLACE)) {
            throw SeptumException.input("the prediction does not lie where the reference does: "
                    + difference(reference.geometry(), prediction.geometry())
                    + "; put the prediction on the grid of the reference");
        }
    }

    /** False for a picture without any calibration, which contradicts no geometry. */
    private static boolean isKnown(LabelMask mask) {
        Vector3 spacing = mask.geometry().spacing();
        return !(Double.isNaN(spacing.x()) && Double.isNaN(spacing.y()) && Double.isNaN(spacing.z()));
    }

    /** What differs most plainly between two geometries. */
    private static String difference(ScanGeometry reference, ScanGeometry prediction) {
        String spacing = text(reference.spacing()) + " mm";
        String predicted = text(prediction.spacing()) + " mm";
        if (!spacing.equals(predicted)) {
            return "spacing " + predicted + " instead of " + spacing;
        }
        double away = reference.origin().distanceTo(prediction.origin());
        if (away > SAME_PLACE) {
            return String.format(Locale.ROOT, "its origin %s mm is %.3f mm away from %s mm", text(prediction.origin()),
                    away, text(reference.origin()));
        }
        return "its axes point elsewhere";
    }

    private static String text(Vector3 v) {
        return String.format(Locale.ROOT, "(%.3f, %.3f, %.3f)", v.x(), v.y(), v.z());
    }

    private void noteStrangers(String what, LabelMask mask, List<ClassLabel> labels) {
        BitSet values = values(mask);
        values.clear(0);
        labels.forEach(label -> values.clear(label.value()));
        if (!values.isEmpty()) {
            String known = labels.stream().map(label -> label.value() + " " + label.name())
                    .collect(Collectors.joining(", "));
            problems.add(what + " holds the values " + values + ", which are no classes and were not scored; known: "
                    + known);
        }
    }

    private static BitSet values(LabelMask mask) {
        boolean[] seen = new boolean[256];
        for (UnsignedByteType voxel : mask.pixels())
            seen[voxel.get()] = true;
        BitSet values = new BitSet();
        IntStream.range(0, 256).filter(v -> seen[v]).forEach(values::set);
        return values;
    }

    private static void rethrowIfCancelled(SeptumException e) {
        if (e.kind() == SeptumException.Kind.CANCELLED) {
            throw e;
        }
    }
}
