package org.septum.io;

import java.util.List;

import org.septum.core.SeptumException;

/**
 * Which part of a file or folder is read, where it holds more than one scan. {@link ScanFiles#contents} lists what
 * there is to choose from.
 *
 * @param series
 *            the series of a DICOM folder or zip: its UID, its number, or words of its description; the number of an
 *            image in a TIFF, from 1; empty for the only one
 * @param phase
 *            heart phase, time point, echo or b-value of a series, or volume of a NIfTI file, from 1; 0 for the only
 *            one. More than one phase without a choice is an error that lists them, never silently the first
 * @param level
 *            resolution of a pyramid: 0 the full one, 1 the next smaller one
 * @param alone
 *            whether a DICOM file stands for itself only, and not for the series it belongs to: for datasets in which
 *            each slice is a case
 * @param pixelSizes
 *            of pictures that do not state theirs
 */
public record ReadOptions(String series, int phase, int level, boolean alone, PixelSizes pixelSizes) {

    /** The only series, the only phase, full resolution. */
    public static final ReadOptions DEFAULT = new ReadOptions("", 0, 0, false);

    public ReadOptions {
        if (series == null || phase < 0 || level < 0)
            throw SeptumException.usage("phase " + phase + " and level " + level
                    + " of a scan; phases count from 1, levels from 0, and a series is named by a text");
    }

    /** Without pixel sizes for pictures. */
    public ReadOptions(String series, int phase, int level, boolean alone) {
        this(series, phase, level, alone, PixelSizes.NONE);
    }

    /** A copy that takes a DICOM file alone. */
    public ReadOptions onlyThisFile() {
        return new ReadOptions(series, phase, level, true, pixelSizes);
    }

    /** A copy that chooses a series. */
    public ReadOptions withSeries(String chosen) {
        return new ReadOptions(chosen, phase, level, alone, pixelSizes);
    }

    /** A copy that chooses a phase, counted from 1. */
    public ReadOptions withPhase(int chosen) {
        return new ReadOptions(series, chosen, level, alone, pixelSizes);
    }

    /** A copy that chooses a resolution. */
    public ReadOptions withLevel(int chosen) {
        return new ReadOptions(series, phase, chosen, alone, pixelSizes);
    }

    /** A copy that knows the pixel size of pictures. */
    public ReadOptions withPixelSizes(PixelSizes known) {
        return new ReadOptions(series, phase, level, alone, known);
    }

    /** Throws a {@link SeptumException} of kind USAGE if a level other than the full one is chosen. */
    void requireFullResolution(Object path) {
        if (level > 0)
            throw SeptumException.usage(path + " has one resolution; level " + level + " needs a pyramid");
    }

    /** Throws a {@link SeptumException} of kind USAGE if a series is chosen. */
    void requireNoSeries(Object path) {
        if (!series.isEmpty())
            throw SeptumException
                    .usage(path + " has no series to choose \"" + series + "\" from; leave the series out");
    }

    /**
     * The phase that is meant, counted from 0.
     *
     * @param names
     *            what each phase is, for the message that lists them; all empty if they have no names
     */
    int phaseOf(Object path, List<String> names) {
        int count = names.size();
        if (phase > count)
            throw SeptumException.usage(path + " has " + count + (count == 1 ? " phase" : " phases") + "; phase "
                    + phase + " is not there; choose 1 to " + count);
        if (phase == 0 && count > 1)
            throw SeptumException.input(path + " holds " + count + " phases or volumes" + listed(names)
                    + "; choose one with --phase 1 to --phase " + count);
        return Math.max(0, phase - 1);
    }

    private static String listed(List<String> names) {
        return names.get(0).isEmpty() ? ""
                : " (1: " + names.get(0) + ", 2: " + names.get(1) + (names.size() > 3 ? ", …" : "")
                        + (names.size() > 2 ? ", " + names.size() + ": " + names.get(names.size() - 1) : "") + ")";
    }
}
