package org.septum.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Where the image planes of a series lie along their normal: how many at each position, and whether the positions make
 * a grid.
 *
 * @param where
 *            folder or file, for messages
 * @param normal
 *            of the image planes
 * @param groups
 *            the frames at each position, in the order of the positions
 */
record SlicePositions(String where, Vector3 normal, List<List<DicomFrame>> groups) {

    private static final double SAME_POSITION = 2e-3;
    /** How far a slice may lie from its place on the grid, as a part of the slice spacing. */
    private static final double OFF_GRID = 0.05;
    private static final int LISTED = 4;

    static SlicePositions of(String where, List<DicomFrame> frames, Vector3 normal) {
        List<DicomFrame> sorted = frames.stream().sorted(Comparator.comparingDouble(f -> f.position().dot(normal)))
                .toList();
        List<List<DicomFrame>> groups = new ArrayList<>();
        double last = Double.NaN;
        for (DicomFrame frame : sorted) {
            double at = frame.position().dot(normal);
            if (!(at - last <= SAME_POSITION))
                groups.add(new ArrayList<>());
            groups.get(groups.size() - 1).add(frame);
            last = at;
        }
        SlicePositions positions = new SlicePositions(where, normal, groups);
        positions.requireEqualCounts();
        return positions;
    }

    private double along(DicomFrame frame) {
        return frame.position().dot(normal);
    }

    /** Where group {@code k} lies along the normal in mm. */
    double along(int k) {
        return along(groups.get(k).get(0));
    }

    private void requireEqualCounts() {
        for (List<DicomFrame> group : groups) {
            if (group.size() != usualCount() && group.size() > 1 && usualCount() == 1)
                throw SeptumException.input(String.format(Locale.ROOT,
                        "%s: %d images lie at the same position %.2f mm (%s); remove the duplicates", where,
                        group.size(), along(group.get(0)), names(group)));
            if (group.size() != usualCount())
                throw SeptumException.input(String.format(Locale.ROOT,
                        "%s: %d images lie at position %.2f mm (%s), but %d at most of its %d positions;"
                                + " add the missing images or remove the odd ones",
                        where, group.size(), along(group.get(0)), names(group), usualCount(), groups.size()));
        }
    }

    private int usualCount() {
        int[] counts = groups.stream().mapToInt(List::size).sorted().toArray();
        return counts[(counts.length - 1) / 2];
    }

    static String names(List<DicomFrame> frames) {
        return frames.stream().map(DicomFrame::name).sorted(Comparator.comparingInt(String::length).reversed())
                .limit(LISTED).collect(Collectors.joining(", ")) + (frames.size() > LISTED ? ", …" : "");
    }

    /** From one slice to the next in mm, for at least two positions. */
    Vector3 step() {
        int n = groups.size();
        Vector3 origin = groups.get(0).get(0).position();
        Vector3 step = groups.get(n - 1).get(0).position().minus(origin).times(1.0 / (n - 1));
        for (int k = 0; k < n; k++) {
            for (DicomFrame frame : groups.get(k)) {
                double off = frame.position().minus(origin.plus(step.times(k))).length();
                if (!(off <= OFF_GRID * step.length()))
                    throw uneven(k, frame, origin.plus(step.times(k)));
            }
        }
        return step;
    }

    private SeptumException uneven(int at, DicomFrame off, Vector3 expected) {
        double[] gaps = new double[groups.size() - 1];
        for (int k = 0; k < gaps.length; k++)
            gaps[k] = along(k + 1) - along(k);
        double[] ordered = gaps.clone();
        Arrays.sort(ordered);
        double usual = ordered[(ordered.length - 1) / 2];
        int worst = 0;
        for (int k = 1; k < gaps.length; k++)
            if (Math.abs(gaps[k] - usual) > Math.abs(gaps[worst] - usual))
                worst = k;
        if (Math.abs(gaps[worst] - usual) <= OFF_GRID * usual)
            return SeptumException.input(String.format(Locale.ROOT,
                    "%s: the slices are evenly spaced but shifted sideways by unequal steps, so they make no grid:"
                            + " at position %.2f mm %s lies at %s instead of %s; resample the series first",
                    where, along(at), off.name(), text(off.position()), text(expected)));
        return SeptumException.input(String.format(Locale.ROOT,
                "%s: slices are %.2f mm apart, but %.2f mm between positions %.2f mm and %.2f mm (%s, %s);"
                        + " add the missing slices or remove the odd ones",
                where, usual, gaps[worst], along(worst), along(worst + 1), groups.get(worst).get(0).name(),
                groups.get(worst + 1).get(0).name()));
    }

    private static String text(Vector3 v) {
        return String.format(Locale.ROOT, "(%.2f, %.2f, %.2f)", v.x(), v.y(), v.z());
    }
}
