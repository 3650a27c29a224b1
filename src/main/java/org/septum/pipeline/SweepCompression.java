package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

import org.septum.bundle.BundleReader;
import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.compress.Receipt;
import org.septum.core.CsvField;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * Compresses a model with several methods to several targets, and draws what each costs and gains: {@code sweep.csv},
 * {@code sweep-macs.png} and {@code sweep-time.png} in a folder, with the models beside them. A model that is there
 * already is not made again, if so wished.
 */
public final class SweepCompression {

    /**
     * What to try.
     *
     * @param model
     *            folder or zip
     * @param dataset
     *            that it was trained on
     * @param methods
     *            each as in {@link CompressModel.Request}
     * @param targets
     *            that each method that prunes is tried with
     * @param output
     *            folder
     * @param fold
     *            as in {@link CompressModel.Request}
     * @param wishes
     *            times and device; the target is not looked at
     * @param resume
     *            whether models in the folder are kept and unfinished ones gone on with
     * @param overwrite
     *            whether models in the folder are replaced
     */
    public record Request(Path model, Path dataset, List<List<CompressionMethod>> methods,
            List<CompressionTarget> targets, Path output, OptionalInt fold, CompressModel.Wishes wishes, boolean resume,
            boolean overwrite) {

        public Request {
            methods = List.copyOf(methods);
            targets = List.copyOf(targets);
            if (methods.isEmpty() || targets.isEmpty())
                throw SeptumException.usage("a sweep without methods or targets; give at least one of each");
        }
    }

    /**
     * One model of the sweep.
     *
     * @param method
     *            in words
     * @param target
     *            empty for a method without one
     * @param receipt
     *            what it cost
     */
    public record Point(String method, String target, Receipt receipt) {

        /** Mean Dice over classes after; NaN if nothing was scored. */
        public double dice() {
            return mean(receipt, false);
        }

        static double mean(Receipt receipt, boolean before) {
            return receipt.classes().stream().map(Receipt.ClassScore::dice).filter(d -> d.n() > 0)
                    .mapToDouble(d -> before ? d.before() : d.after()).average().orElse(Double.NaN);
        }
    }

    /**
     * What came out.
     *
     * @param points
     *            in the order in which they were tried
     * @param problems
     *            targets that a method cannot reach, in words
     */
    public record Result(List<Point> points, List<String> problems) {

        public Result {
            points = List.copyOf(points);
            problems = List.copyOf(problems);
        }
    }

    private final Request request;

    private final Progress progress;

    private final List<Point> points = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    private SweepCompression(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Tries all. The tables and pictures are written anew after every model, so that a sweep that is stopped shows what
     * it has.
     *
     * @throws SeptumException
     *             as {@link CompressModel#run} does, but for targets out of reach, which become problems
     */
    public static Result run(Request request, Progress progress) {
        return new SweepCompression(request, progress).run();
    }

    private Result run() {
        try {
            Files.createDirectories(request.output());
        } catch (IOException e) {
            throw SeptumException.output("cannot make the folder " + request.output() + ": " + e, e);
        }
        List<CompressModel.Request> all = requests();
        for (CompressModel.Request one : all) {
            progress.throwIfCancelled();
            progress.message(
                    "model " + (all.indexOf(one) + 1) + " of " + all.size() + ": " + words(one) + " " + targetOf(one));
            try {
                Receipt receipt = finished(one).orElseGet(() -> CompressModel.run(one, progress).receipt());
                points.add(new Point(words(one), targetOf(one), receipt));
                write();
            } catch (SeptumException e) {
                if (e.kind() != SeptumException.Kind.USAGE)
                    throw e;
                problems.add(words(one) + " " + targetOf(one) + ": " + e.getMessage());
            }
        }
        return new Result(points, problems);
    }

    private List<CompressModel.Request> requests() {
        List<CompressModel.Request> all = new ArrayList<>();
        for (List<CompressionMethod> methods : request.methods()) {
            boolean prunes = methods.get(0).isPruning();
            for (CompressionTarget target : prunes ? request.targets() : request.targets().subList(0, 1)) {
                String name = methods.stream().map(CompressionMethod::word).collect(Collectors.joining("+"))
                        + (prunes ? "-" + target.toString().replace('=', '-') : "");
                all.add(new CompressModel.Request(request.model(), request.dataset(), methods,
                        request.output().resolve(name), request.fold(), request.wishes().withTarget(target),
                        new CompressModel.Writing(OptionalDouble.empty(), request.resume(), request.overwrite())));
            }
        }
        return all;
    }

    private static String words(CompressModel.Request one) {
        return one.methods().stream().map(CompressionMethod::word).collect(Collectors.joining("+"));
    }

    private static String targetOf(CompressModel.Request one) {
        return one.methods().get(0).isPruning() ? one.wishes().target().toString() : "";
    }

    /** The receipt of a model that an earlier sweep has made. */
    private Optional<Receipt> finished(CompressModel.Request one) {
        if (!request.resume() || !Files.exists(one.output()))
            return Optional.empty();
        return Optional.ofNullable(BundleReader.read(one.output()).attachments().get(Receipt.FILE)).map(Receipt::parse);
    }

    private void write() {
        WholeFile.write(request.output().resolve("sweep.csv"), true, aside -> Files.writeString(aside, csv()));
        TradeOffChart.write(points, TradeOffChart.Axis.MACS, request.output().resolve("sweep-macs.png"));
        TradeOffChart.write(points, TradeOffChart.Axis.TIME, request.output().resolve("sweep-time.png"));
    }

    private String csv() {
        StringBuilder csv = new StringBuilder(
                "method,target,parameters,macs,macs_share,bytes,seconds_before,seconds,dice_before,dice,drop,"
                        + "search_seconds,training_seconds,cases\n");
        for (Point p : points) {
            Receipt r = p.receipt();
            csv.append(CsvField.quoted(p.method())).append(',').append(CsvField.quoted(p.target()))
                    .append(String.format(Locale.ROOT, ",%.0f,%.0f,%.4f,%.0f,%.4f,%.4f,%.4f,%.4f,%.4f,%.0f,%.0f,%d%n",
                            r.size().parameters().after(), r.size().macs().after(), r.size().macs().share(),
                            r.size().bytes().after(), r.seconds().before(), r.seconds().after(), Point.mean(r, true),
                            p.dice(), r.drop(), r.effort().searchSeconds(), r.effort().trainingSeconds(),
                            r.effort().cases()));
        }
        return csv.toString();
    }
}
