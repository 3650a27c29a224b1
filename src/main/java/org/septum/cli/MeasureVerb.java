package org.septum.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;
import org.septum.pipeline.MeasureMasks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum measure}. */
@Command(name = "measure", description = {
        "Measures masks: the volume of every class; of masks of one slice also its area and the ellipse that fits its"
                + " largest region best, with circumference, longest and shortest diameter." }, footer = { "",
                        "Examples:", "  septum measure masks/ -o measured.csv",
                        "  septum measure head.png --pixel-size 0.15 --json" })
final class MeasureVerb extends Verb {

    @Parameters(paramLabel = "MASK", arity = "1..*", description = "Mask files, or folders to search.")
    private List<Path> masks;

    @Option(names = "--class", paramLabel = "NAME", defaultValue = "", description = "Only this class, by name or value.")
    private String className;

    @Option(names = "--pixel-size", paramLabel = "MM|FILE", defaultValue = "", description = "Pixel size of pictures that do not state theirs (PNG, JPEG), so that lengths are in mm: 0.15, or 0.15,0.2 for x and y, or a CSV file with columns filename and pixel size(mm).")
    private String pixelSize;

    @Option(names = "--series", paramLabel = "S", defaultValue = "", description = "The segmentation that is meant where a DICOM folder holds several: its UID, number, or words of its description.")
    private String series;

    @Option(names = "--phase", paramLabel = "N", defaultValue = "0", description = "The volume that is meant where a file holds several, from 1.")
    private int phase;

    @Option(names = "--level", paramLabel = "N", defaultValue = "0", description = "The resolution of a mask that is an image pyramid: 0 the full one. Default: ${DEFAULT-VALUE}.")
    private int level;

    @Option(names = { "-o", "--output" }, paramLabel = "FILE", description = "CSV file to write.")
    private Path output;

    @Option(names = "--overwrite", description = "Replace that file.")
    private boolean overwrite;

    @Override
    public Integer call() {
        ReadOptions options = new ReadOptions(series, phase, level, false, PixelSizes.parse(pixelSize));
        MeasureMasks.Result result = MeasureMasks.run(
                new MeasureMasks.Request(masks, options, className, Optional.ofNullable(output), overwrite),
                progress());
        if (program().json) {
            printJson(result);
        } else {
            TextTable table = new TextTable(2, List.of("mask", "class", "voxels", "mm²", "ml", "circumference",
                    "length", "width", "angle", "unit"));
            result.rows().forEach(row -> table.add(cells(row)));
            table.lines().forEach(this::print);
            if (output != null)
                print("written to " + output);
        }
        result.problems().forEach(problem -> progress().message("septum: " + problem));
        return result.problems().isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private static List<String> cells(MeasureMasks.Row row) {
        MeasureMasks.Ellipse e = row.ellipse();
        String name = row.mask().getFileName().toString();
        String voxels = Long.toString(row.voxels());
        String area = number(row.squareMillimetres());
        String volume = number(row.millilitres());
        return e == null ? List.of(name, row.label().name(), voxels, area, volume, "", "", "", "", "")
                : List.of(name, row.label().name(), voxels, area, volume, number(e.circumference()), number(e.length()),
                        number(e.width()), number(e.angleDegrees()) + "°", e.unit());
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
    }
}
