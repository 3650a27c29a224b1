package org.septum.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * The images of one DICOM series in the order of their positions, and the grid they make. What would be no grid is
 * refused.
 *
 * @param slices
 *            sorted along the normal of the image planes, so that the axes are right-handed
 * @param geometry
 *            the grid; sheared if the gantry was tilted
 * @param notes
 *            what a person should know
 */
record DicomSeries(List<DicomFile> slices, ScanGeometry geometry, List<String> notes) {

    private static final double SAME_DIRECTION = 1e-3;
    private static final double SAME_POSITION = 1e-3;
    /** How far a slice may lie from its place on the grid, as a part of the slice spacing. */
    private static final double OFF_GRID = 0.05;
    private static final double SHEARED = Math.cos(Math.toRadians(0.1));

    /**
     * Sorts the images of a series.
     *
     * @param where
     *            folder or file, for messages
     */
    static DicomSeries of(String where, List<DicomFile> images) {
        DicomFile first = images.get(0);
        for (DicomFile image : images)
            requireAlike(where, first, image);
        List<String> notes = new ArrayList<>();
        if (DicomPixels.isInverted(first))
            notes.add("MONOCHROME1: grey values are inverted, so that bright means high");
        if (images.size() == 1)
            return new DicomSeries(images, geometryOfOne(first, notes), notes);
        for (DicomFile image : images) {
            if (!image.has(DicomFile.POSITION, 3) || !image.has(DicomFile.ORIENTATION, 6))
                throw SeptumException.input(where + ": " + image.fileName() + " of " + images.size()
                        + " images has no position or orientation in the patient; give one image alone");
        }
        Vector3 normal = plane(first).z();
        List<DicomFile> sorted = images.stream().sorted(Comparator.comparingDouble(i -> along(i, normal))).toList();
        requireDistinct(where, sorted, normal);
        Vector3 step = step(where, sorted, normal);
        if (step.dot(normal) < SHEARED * step.length())
            notes.add(String.format(Locale.ROOT,
                    "the slices are shifted against each other by %.2f degrees (tilted gantry); the geometry keeps it",
                    Math.toDegrees(Math.acos(step.dot(normal) / step.length()))));
        Direction plane = plane(first);
        Direction direction = new Direction(plane.x(), plane.y(), step.times(1 / step.length()));
        return new DicomSeries(sorted,
                new ScanGeometry(pixelSize(first, step.length(), notes), position(sorted.get(0)), direction), notes);
    }

    private static void requireAlike(String where, DicomFile a, DicomFile b) {
        boolean size = a.text(DicomFile.ROWS).equals(b.text(DicomFile.ROWS))
                && a.text(DicomFile.COLUMNS).equals(b.text(DicomFile.COLUMNS))
                && a.number(DicomFile.SAMPLES, 1) == b.number(DicomFile.SAMPLES, 1);
        boolean spacing = true;
        for (int i = 0; i < 2; i++)
            spacing &= Math.abs(a.real(DicomFile.PIXEL_SPACING, i).orElse(0)
                    - b.real(DicomFile.PIXEL_SPACING, i).orElse(0)) <= SAME_POSITION;
        boolean orientation = true;
        for (int i = 0; i < 6; i++)
            orientation &= Math.abs(a.real(DicomFile.ORIENTATION, i).orElse(0)
                    - b.real(DicomFile.ORIENTATION, i).orElse(0)) <= SAME_DIRECTION;
        boolean grey = a.text(DicomFile.PHOTOMETRIC).equals(b.text(DicomFile.PHOTOMETRIC));
        if (size && spacing && orientation && grey)
            return;
        String what = !size ? "size"
                : !spacing ? "pixel spacing" : !orientation ? "orientation" : "kind of grey values";
        throw SeptumException.input(where + ": " + a.fileName() + " and " + b.fileName() + " differ in " + what
                + ", so they make no volume; put the images of each kind into a folder of their own");
    }

    private static void requireDistinct(String where, List<DicomFile> sorted, Vector3 normal) {
        Map<Long, List<DicomFile>> byPosition = sorted.stream().collect(Collectors.groupingBy(
                i -> Math.round(along(i, normal) / (2 * SAME_POSITION)), TreeMap::new, Collectors.toList()));
        if (byPosition.size() == sorted.size())
            return;
        List<DicomFile> many = byPosition.values().stream().filter(l -> l.size() > 1).findFirst().orElseThrow();
        if (byPosition.values().stream().allMatch(l -> l.size() == many.size()))
            throw SeptumException.input(where + ": the series holds " + many.size() + " images at each of "
                    + byPosition.size() + " positions (phases, echoes or time points); put those of one into a folder");
        throw SeptumException.input(
                String.format(Locale.ROOT, "%s: %d images lie at the same position %.2f mm (%s); remove the duplicates",
                        where, many.size(), along(many.get(0), normal),
                        many.stream().map(DicomFile::fileName).limit(4).collect(Collectors.joining(", "))));
    }

    /** From one slice to the next in mm. */
    private static Vector3 step(String where, List<DicomFile> sorted, Vector3 normal) {
        int n = sorted.size();
        Vector3 origin = position(sorted.get(0));
        Vector3 step = position(sorted.get(n - 1)).minus(origin).times(1.0 / (n - 1));
        for (int k = 0; k < n; k++) {
            double off = position(sorted.get(k)).minus(origin.plus(step.times(k))).length();
            if (off > OFF_GRID * step.length())
                throw uneven(where, sorted, normal);
        }
        return step;
    }

    private static SeptumException uneven(String where, List<DicomFile> sorted, Vector3 normal) {
        double[] gaps = new double[sorted.size() - 1];
        for (int k = 0; k < gaps.length; k++)
            gaps[k] = along(sorted.get(k + 1), normal) - along(sorted.get(k), normal);
        double[] ordered = gaps.clone();
        Arrays.sort(ordered);
        double usual = ordered[(ordered.length - 1) / 2];
        int worst = 0;
        for (int k = 1; k < gaps.length; k++)
            if (Math.abs(gaps[k] - usual) > Math.abs(gaps[worst] - usual))
                worst = k;
        if (Math.abs(gaps[worst] - usual) <= OFF_GRID * usual)
            return SeptumException.input(where
                    + ": the slices are evenly spaced but shifted sideways by unequal steps, so they make no grid;"
                    + " resample the series first");
        return SeptumException.input(String.format(Locale.ROOT,
                "%s: slices are %.2f mm apart, but %.2f mm between positions %.2f mm and %.2f mm (%s, %s);"
                        + " add the missing slices or remove the odd ones",
                where, usual, gaps[worst], along(sorted.get(worst), normal), along(sorted.get(worst + 1), normal),
                sorted.get(worst).fileName(), sorted.get(worst + 1).fileName()));
    }

    private static ScanGeometry geometryOfOne(DicomFile image, List<String> notes) {
        OptionalDouble spacing = image.real(DicomFile.SLICE_SPACING, 0);
        double z = Math.abs((spacing.isPresent() ? spacing : image.real(DicomFile.SLICE_THICKNESS, 0)).orElse(0));
        Vector3 size = pixelSize(image, z > 0 ? z : Double.NaN, notes);
        boolean placed = image.has(DicomFile.POSITION, 3) && image.has(DicomFile.ORIENTATION, 6);
        return new ScanGeometry(size, placed ? position(image) : Vector3.ZERO,
                placed ? plane(image) : Direction.IDENTITY);
    }

    /** PixelSpacing holds the distance between rows first, which is that along y. */
    private static Vector3 pixelSize(DicomFile image, double z, List<String> notes) {
        int tag = DicomFile.PIXEL_SPACING;
        if (!image.has(tag, 2) && image.has(DicomFile.DETECTOR_SPACING, 2)) {
            tag = DicomFile.DETECTOR_SPACING;
            notes.add("the pixel spacing is that of the detector; distances in the patient are smaller");
        }
        if (!image.has(tag, 2)) {
            notes.add("the pixel spacing is not known");
            return new Vector3(Double.NaN, Double.NaN, z);
        }
        return new Vector3(image.real(tag, 1).orElseThrow(), image.real(tag, 0).orElseThrow(), z);
    }

    private static Direction plane(DicomFile image) {
        Vector3 x = unit(image.vector(DicomFile.ORIENTATION, 0));
        Vector3 y = unit(image.vector(DicomFile.ORIENTATION, 3));
        Vector3 z = x.cross(y);
        if (Math.abs(x.dot(y)) > SAME_DIRECTION * 10 || !z.isFinite())
            throw SeptumException.input(image.path()
                    + ": its rows and columns are not at right angles (Image Orientation); correct its header");
        return new Direction(x, y, unit(z));
    }

    private static Vector3 unit(Vector3 v) {
        return v.times(1 / v.length());
    }

    private static Vector3 position(DicomFile image) {
        return image.vector(DicomFile.POSITION, 0);
    }

    private static double along(DicomFile image, Vector3 normal) {
        return position(image).dot(normal);
    }
}
