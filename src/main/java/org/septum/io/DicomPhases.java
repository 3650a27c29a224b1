package org.septum.io;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.septum.core.SeptumException;

/**
 * The images of a series that lie at equal positions, told apart: heart phases, time points, echoes, b-values.
 *
 * @param slices
 *            for each phase its slices in the order of the positions
 * @param names
 *            what each phase is
 */
record DicomPhases(List<List<DicomFrame>> slices, List<String> names) {

    static DicomPhases of(String where, SlicePositions positions) {
        int count = positions.groups().get(0).size();
        if (count == 1)
            return new DicomPhases(List.of(positions.groups().stream().map(g -> g.get(0)).toList()), List.of(""));
        for (int k = 0; k < positions.groups().size(); k++)
            requireDistinct(where, positions.groups().get(k), positions.along(k));
        DicomFrame.PhaseKey key = keyOf(where, positions);
        List<List<DicomFrame>> slices = new ArrayList<>();
        for (int phase = 0; phase < count; phase++)
            slices.add(new ArrayList<>());
        for (List<DicomFrame> group : positions.groups()) {
            List<DicomFrame> ordered = group.stream().sorted(Comparator.comparingDouble(key::of)).toList();
            for (int phase = 0; phase < count; phase++)
                slices.get(phase).add(ordered.get(phase));
        }
        return new DicomPhases(slices, slices.stream().map(s -> name(key, s)).toList());
    }

    private static void requireDistinct(String where, List<DicomFrame> group, double along) {
        Set<String> seen = new HashSet<>();
        for (DicomFrame frame : group) {
            String uid = frame.file().text(DicomFile.SOP_INSTANCE);
            if (!uid.isEmpty() && !seen.add(uid + " " + frame.index()))
                throw SeptumException.input(String.format(Locale.ROOT,
                        "%s: the same image lies at position %.2f mm more than once (%s); remove the duplicates", where,
                        along, SlicePositions.names(group)));
        }
    }

    /** The first property that tells all images of every position apart. */
    private static DicomFrame.PhaseKey keyOf(String where, SlicePositions positions) {
        for (DicomFrame.PhaseKey key : DicomFrame.PhaseKey.values()) {
            if (positions.groups().stream().allMatch(group -> tellsApart(key, group)))
                return key;
        }
        throw SeptumException.input(where + ": the series holds " + positions.groups().get(0).size()
                + " images at each of " + positions.groups().size()
                + " positions, and nothing in them tells which belong together; put those of one volume into a folder");
    }

    private static boolean tellsApart(DicomFrame.PhaseKey key, List<DicomFrame> group) {
        return group.stream().mapToDouble(key::of).filter(Double::isFinite).distinct().count() == group.size();
    }

    private static String name(DicomFrame.PhaseKey key, List<DicomFrame> slices) {
        double least = slices.stream().mapToDouble(key::of).min().orElseThrow();
        double most = slices.stream().mapToDouble(key::of).max().orElseThrow();
        return key.words + " " + number(least) + (most == least ? "" : "–" + number(most)) + key.unit;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
