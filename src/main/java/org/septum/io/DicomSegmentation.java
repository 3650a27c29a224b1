package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Label masks in DICOM's own form (PS3.3, A.51): frames of one segment each, anywhere along the normal and only where
 * the segment is. They become one volume of segment numbers; positions without a frame are background.
 *
 * @param file
 *            the SEG object
 * @param pixels
 *            reads its frames
 * @param slices
 *            the frames of each slice, those of higher segments last
 * @param geometry
 *            of the volume
 * @param notes
 *            what a person should know
 */
record DicomSegmentation(DicomFile file, DicomPixels pixels, List<List<DicomFrame>> slices, ScanGeometry geometry,
        List<String> notes) {

    private static final double OFF_GRID = 0.05;
    private static final int MOST_SLICES = 1 << 15;

    /**
     * @param files
     *            the series, which must be one file
     */
    static DicomSegmentation of(Path where, List<DicomFile> files) throws IOException {
        if (files.size() > 1)
            throw SeptumException.input(where + " holds " + files.size() + " DICOM SEG objects in one series ("
                    + files.get(0).fileName() + ", " + files.get(1).fileName() + (files.size() > 2 ? ", …" : "")
                    + "); put the one you want into a folder of its own");
        DicomFile file = files.get(0);
        DicomPixels pixels = new DicomPixels(file);
        pixels.requireReadable();
        List<String> notes = new ArrayList<>();
        List<DicomFrame> frames = DicomFrame.of(file);
        if (frames.size() > 1 && !frames.stream().allMatch(DicomFrame::isPlaced))
            throw SeptumException.input(file.path()
                    + " has frames without position or orientation; write it anew with a tool that keeps them");
        if (isFractional(file))
            notes.add("fractional segments count where they fill at least half of a voxel");
        return frames.get(0).isPlaced() ? placed(file, pixels, frames, notes)
                : new DicomSegmentation(file, pixels, List.of(frames),
                        DicomSeries.of(file.path().toString(), frames).geometry(), notes);
    }

    private static boolean isFractional(DicomFile file) {
        return file.text(DicomFile.SEGMENTATION_TYPE).equals("FRACTIONAL");
    }

    private static DicomSegmentation placed(DicomFile file, DicomPixels pixels, List<DicomFrame> frames,
            List<String> notes) {
        Direction plane = DicomSeries.plane(frames.get(0));
        for (DicomFrame frame : frames)
            for (int axis = 0; axis < 2; axis++)
                if (frame.orientation(axis).distanceTo(frames.get(0).orientation(axis)) > 1e-3)
                    throw SeptumException.input(file.path() + ": " + frame.name() + " and frame 1 differ in"
                            + " orientation, so they make no volume; write it anew with one orientation");
        List<DicomFrame> sorted = frames.stream().sorted(Comparator.comparingDouble(f -> f.position().dot(plane.z())))
                .toList();
        Vector3 origin = sorted.get(0).position();
        Vector3 last = sorted.get(sorted.size() - 1).position();
        double length = last.minus(origin).dot(plane.z());
        double spacing = spacing(sorted, plane.z());
        int depth = depth(file, length / spacing);
        Vector3 step = depth > 1 ? last.minus(origin).times(1.0 / (depth - 1))
                : plane.z().times(Double.isNaN(spacing) ? 1 : spacing);
        List<List<DicomFrame>> slices = new ArrayList<>();
        for (int z = 0; z < depth; z++)
            slices.add(new ArrayList<>());
        for (DicomFrame frame : sorted) {
            int z = (int) Math.round(frame.position().minus(origin).dot(plane.z()) / step.dot(plane.z()));
            Vector3 expected = origin.plus(step.times(z));
            if (!(frame.position().minus(expected).length() <= OFF_GRID * step.length()))
                throw SeptumException.input(String.format(Locale.ROOT,
                        "%s: %s lies at %.2f mm along the normal, which is on no grid of slices %.2f mm apart;"
                                + " resample it first",
                        file.path(), frame.name(), frame.position().dot(plane.z()), step.length()));
            slices.get(z).add(frame);
        }
        slices.forEach(s -> s.sort(Comparator.comparingInt(DicomFrame::segment)));
        if (slices.stream().anyMatch(s -> s.size() > 1))
            notes.add("where segments overlap, the one with the highest number is kept");
        Direction direction = new Direction(plane.x(), plane.y(), step.times(1 / step.length()));
        Vector3 size = DicomSeries.pixelSize(frames.get(0), depth > 1 ? step.length() : spacing, notes);
        return new DicomSegmentation(file, pixels, slices, new ScanGeometry(size, origin, direction), notes);
    }

    private static int depth(DicomFile file, double steps) {
        if (!(steps < MOST_SLICES) && !Double.isNaN(steps))
            throw SeptumException.input(
                    file.path() + " has frames " + steps + " slices apart; its positions are damaged, get it again");
        return Double.isNaN(steps) ? 1 : (int) Math.round(steps) + 1;
    }

    /**
     * Distance of slices: as stated, if the frames lie whole numbers of it apart, else the smallest distance of two
     * frames; NaN if all frames lie at one position and none is stated.
     */
    private static double spacing(List<DicomFrame> sorted, Vector3 normal) {
        double stated = sorted.get(0).statedSliceSpacing();
        double least = Double.NaN;
        double first = sorted.get(0).position().dot(normal);
        boolean fits = !Double.isNaN(stated);
        double before = first;
        for (DicomFrame frame : sorted) {
            double at = frame.position().dot(normal);
            double steps = (at - first) / stated;
            fits &= Math.abs(steps - Math.rint(steps)) <= OFF_GRID;
            if (at - before > 1e-3 && !(at - before >= least))
                least = at - before;
            before = at;
        }
        return fits || Double.isNaN(least) ? stated : least;
    }

    /** Voxels along x, y, z. */
    List<Long> size() {
        return List.of((long) file.number(DicomFile.COLUMNS, 0), (long) file.number(DicomFile.ROWS, 0),
                (long) slices.size());
    }

    /** The volume of segment numbers. */
    Scan scan(String name, List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        long[] size = { size().get(0), size().get(1), size().get(2), 1 };
        return new Scan(name, PlaneCells.image(file.path().toString(), size, (z, channel) -> plane(z)), geometry,
                Modality.OTHER, all);
    }

    private float[] plane(int z) throws IOException {
        float[] out = new float[pixels.layout().count()];
        boolean isLabels = file.text(DicomFile.SEGMENTATION_TYPE).equals("LABELMAP");
        double half = isFractional(file) ? file.number(DicomFile.LARGEST_FRACTION, 255) / 2.0 : 0.5;
        for (DicomFrame frame : slices.get(z)) {
            float[] values = pixels.plane(frame, 0);
            // A SEG whose frames do not name their segment has one.
            int segment = Math.max(1, frame.segment());
            for (int i = 0; i < out.length; i++)
                if (isLabels ? values[i] != 0 : values[i] >= half)
                    out[i] = isLabels ? values[i] : segment;
        }
        return out;
    }

    /** The segments as classes, with a background before them. */
    ClassLabels labels() {
        Map<Integer, ClassLabel> classes = new TreeMap<>(Map.of(0, new ClassLabel(0, "background", 0)));
        Map<String, Integer> names = new HashMap<>(Map.of("background", 0));
        for (DicomDataset segment : file.data().items(DicomFile.SEGMENTS)) {
            int number = segment.number(DicomFile.SEGMENT_NUMBER, 1);
            String label = DicomText.decode(file, segment.text(DicomFile.SEGMENT_LABEL));
            String name = label.isEmpty() || names.containsKey(label) ? (label + " " + number).strip() : label;
            names.put(name, number);
            if (number > 0)
                classes.put(number, new ClassLabel(number, name, colour(segment, number)));
        }
        return new ClassLabels(List.copyOf(classes.values()));
    }

    /** The colour stated, or one of the palette. */
    private static int colour(DicomDataset segment, int number) {
        if (!segment.has(DicomFile.SEGMENT_COLOUR, 3))
            return ClassLabels.colour(number);
        Vector3 stored = segment.vector(DicomFile.SEGMENT_COLOUR, 0);
        return CieLab.decode(stored.x(), stored.y(), stored.z());
    }
}
