package org.septum.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.CsvField;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;
import org.septum.metrics.DistanceUnit;
import org.septum.metrics.EllipseFit;

/**
 * Measures the classes of masks: volumes, and of masks of one slice areas and the ellipse that fits best with its
 * circumference.
 */
public final class MeasureMasks {

    private static final String HEADER = "mask,label,class,voxels,area_mm2,volume_ml,circumference,length,width,"
            + "angle_degrees,centre_x,centre_y,unit\n";

    /**
     * What to measure.
     *
     * @param masks
     *            mask files, or folders that are searched for them
     * @param options
     *            which series of a file, and the pixel size of pictures
     * @param className
     *            name or value of the only class to measure; empty for all that occur
     * @param output
     *            CSV file to write; absent to write nothing
     * @param overwrite
     *            whether that file may be replaced
     */
    public record Request(List<Path> masks, ReadOptions options, String className, Optional<Path> output,
            boolean overwrite) {

        public Request {
            masks = List.copyOf(masks);
            if (masks.isEmpty())
                throw SeptumException.usage("give at least one mask");
        }
    }

    /**
     * A class of a mask.
     *
     * @param mask
     *            where it came from
     * @param label
     *            the class
     * @param voxels
     *            number of its voxels
     * @param squareMillimetres
     *            their area; NaN for a volume, or if the pixel size is not known
     * @param millilitres
     *            their volume; NaN if the spacing is not known
     * @param ellipse
     *            that fits the largest region of the class best; null for a volume, and for a class that is not there
     *            or too small for one
     */
    public record Row(Path mask, ClassLabel label, long voxels, double squareMillimetres, double millilitres,
            Ellipse ellipse) {
    }

    /**
     * An ellipse, for people and programs.
     *
     * @param circumference
     *            in {@code unit}
     * @param length
     *            longest diameter
     * @param width
     *            shortest diameter
     * @param angleDegrees
     *            from the x axis of the picture to the longest diameter, towards the y axis
     * @param centreX
     *            from the centre of the first pixel
     * @param centreY
     *            likewise
     * @param unit
     *            "mm", or "voxels" if the pixel size is not known
     */
    public record Ellipse(double circumference, double length, double width, double angleDegrees, double centreX,
            double centreY, String unit) {

        private static Ellipse of(EllipseFit fit, DistanceUnit unit) {
            return new Ellipse(fit.circumference(), fit.length(), fit.width(), Math.toDegrees(fit.angle()),
                    fit.centreX(), fit.centreY(), unit.symbol());
        }
    }

    /**
     * What came out.
     *
     * @param rows
     *            one a mask and class, in the order of the masks and values
     * @param problems
     *            one line for each mask that could not be measured
     */
    public record Result(List<Row> rows, List<String> problems) {

        public Result {
            rows = List.copyOf(rows);
            problems = List.copyOf(problems);
        }
    }

    private MeasureMasks() {
    }

    /**
     * Measures. A mask that cannot be read becomes a problem of the result and does not stop the rest.
     *
     * @throws SeptumException
     *             if there is no mask, the output exists, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        request.output().ifPresent(file -> WholeFile.requireFree(file, request.overwrite()));
        List<ScanSource> sources = ScanFiles.find(request.masks()).stream()
                .filter(s -> !s.path().toString().endsWith("_overlay.png")).toList();
        if (sources.isEmpty())
            throw SeptumException.input("no mask in " + request.masks() + "; give mask files or a folder with some");
        List<Row> rows = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            progress.throwIfCancelled();
            try {
                rows.addAll(measure(sources.get(i).path(), request));
            } catch (SeptumException e) {
                problems.add(SeptumException.about(sources.get(i).path(), e.getMessage()));
            }
            progress.report("measuring", i + 1, sources.size());
        }
        request.output().ifPresent(file -> WholeFile.write(file, request.overwrite(),
                aside -> Files.writeString(aside, csv(rows), StandardCharsets.UTF_8)));
        return new Result(rows, problems);
    }

    private static List<Row> measure(Path path, Request request) {
        Optional<ClassLabels> named = ScanFiles.labelsOf(path).or(() -> DatasetLabels.of(path));
        LabelMask read = ScanFiles.readMask(path, EvaluateMasks.everyValue(), request.options());
        LabelMask mask = new LabelMask(read.pixels(), read.geometry(), named.orElse(read.labels()), read.dicom());
        List<ClassVolume> volumes = ClassVolume.of(mask).stream().filter(v -> isWanted(v, request, named.isPresent()))
                .toList();
        if (volumes.isEmpty() && !request.className().isEmpty()) {
            throw SeptumException.input("it has no class \"" + request.className() + "\""
                    + named.map(l -> "; known: " + l.foreground().stream().map(ClassLabel::name).toList())
                            .orElse("; its classes have no names: give a value, such as 1"));
        }
        return volumes.stream().map(v -> row(path, mask, v)).toList();
    }

    /** A class that was asked for; otherwise every one with a name, and of those without the ones that occur. */
    private static boolean isWanted(ClassVolume v, Request request, boolean named) {
        if (request.className().isEmpty())
            return named || v.voxels() > 0;
        return request.className().equals(v.label().name())
                || request.className().equals(String.valueOf(v.label().value()));
    }

    private static Row row(Path path, LabelMask mask, ClassVolume v) {
        boolean planar = mask.size(2) == 1;
        Vector3 spacing = mask.geometry().spacing();
        double area = planar ? v.voxels() * spacing.x() * spacing.y() : Double.NaN;
        DistanceUnit unit = DistanceUnit.of(mask.geometry(), planar);
        Ellipse ellipse = planar ? EllipseFit.of(mask, v.label().value()).map(fit -> Ellipse.of(fit, unit)).orElse(null)
                : null;
        return new Row(path, v.label(), v.voxels(), area, v.millilitres(), ellipse);
    }

    private static String csv(List<Row> rows) {
        StringBuilder csv = new StringBuilder(HEADER);
        for (Row r : rows) {
            csv.append(CsvField.quoted(r.mask().toString())).append(',').append(r.label().value()).append(',')
                    .append(CsvField.quoted(r.label().name())).append(',').append(r.voxels()).append(',')
                    .append(number(r.squareMillimetres())).append(',').append(number(r.millilitres()));
            Ellipse e = r.ellipse();
            if (e == null) {
                csv.append(",,,,,,,\n");
                continue;
            }
            for (double v : new double[] { e.circumference(), e.length(), e.width(), e.angleDegrees(), e.centreX(),
                    e.centreY() })
                csv.append(',').append(v);
            csv.append(',').append(e.unit()).append('\n');
        }
        return csv.toString();
    }

    /** Empty for what is not known. */
    private static String number(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }
}
