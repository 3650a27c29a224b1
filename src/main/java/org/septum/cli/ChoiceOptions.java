package org.septum.cli;

import java.util.Locale;

import org.septum.core.SeptumException;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;

import picocli.CommandLine.Option;

/** Which scan is meant where a file or folder holds several, and what a file does not say of it. */
final class ChoiceOptions {

    private static final String ALL = "all";

    @Option(names = "--series", paramLabel = "S", defaultValue = "", description = "Series of a DICOM folder: its UID, number, or words of its description.")
    private String series;

    @Option(names = "--phase", paramLabel = "N", defaultValue = "0", description = "Phase or volume of a time series, from 1; all for each by itself.")
    private String phase;

    @Option(names = "--level", paramLabel = "N", defaultValue = "0", description = "Resolution of an image pyramid: 0 the full one. Default: ${DEFAULT-VALUE}.")
    private int level;

    @Option(names = "--pixel-size", paramLabel = "MM|FILE", defaultValue = "", description = "Pixel size of pictures that do not state theirs (PNG, JPEG): 0.15, or 0.15,0.2 for x and y, or a CSV file with columns filename and pixel size(mm). The mask keeps it.")
    private String pixelSize;

    boolean everyPhase() {
        return phase.strip().toLowerCase(Locale.ROOT).equals(ALL);
    }

    ReadOptions options() {
        if (!everyPhase() && !phase.strip().matches("\\d{1,6}"))
            throw SeptumException.usage("phase \"" + phase + "\"; allowed: a number from 1, or all");
        return new ReadOptions(series, everyPhase() ? 0 : Integer.parseInt(phase.strip()), level, false,
                PixelSizes.parse(pixelSize));
    }
}
