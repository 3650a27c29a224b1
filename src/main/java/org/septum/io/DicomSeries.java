package org.septum.io;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * The images of one DICOM series in the order of their positions, and the grid they make. What would be no grid is
 * refused.
 *
 * @param phases
 *            for each phase (heart phase, time point, echo, b-value) its slices, sorted along the normal of the image
 *            planes, so that the axes are right-handed
 * @param phaseNames
 *            what each phase is, for people: "trigger time 102 ms"; one empty name if there is one phase
 * @param geometry
 *            the grid; sheared if the gantry was tilted
 * @param notes
 *            what a person should know
 */
record DicomSeries(List<List<DicomFrame>> phases, List<String> phaseNames, ScanGeometry geometry, List<String> notes) {

    private static final double SAME_DIRECTION = 1e-3;
    private static final double SAME_SPACING = 1e-3;
    private static final double SHEARED = Math.cos(Math.toRadians(0.1));
    /** Modalities whose frames without positions follow each other in time. */
    private static final Set<String> MOVING = Set.of("US", "XA", "RF", "IVUS", "ES", "XC", "GM", "OPT");

    /**
     * Sorts the images of a series.
     *
     * @param where
     *            folder or file, for messages
     */
    static DicomSeries of(String where, List<DicomFrame> frames) {
        DicomFrame first = frames.get(0);
        for (DicomFrame frame : frames)
            requireAlike(where, first, frame);
        List<String> notes = new ArrayList<>();
        if (DicomLayout.of(first.file()).isInverted())
            notes.add("MONOCHROME1: grey values are inverted, so that bright means high");
        if (frames.size() == 1)
            return new DicomSeries(List.of(frames), List.of(""), geometryOfOne(first, notes), notes);
        if (frames.stream().noneMatch(DicomFrame::isPlaced) && isOneFile(frames))
            return withoutPositions(frames, notes);
        for (DicomFrame frame : frames) {
            if (!frame.isPlaced())
                throw SeptumException.input(where + ": " + frame.name() + " of " + frames.size()
                        + " images has no position or orientation in the patient; give one image alone");
        }
        return placed(where, frames, notes);
    }

    private static boolean isOneFile(List<DicomFrame> frames) {
        return frames.get(0).file() == frames.get(frames.size() - 1).file();
    }

    private static DicomSeries placed(String where, List<DicomFrame> frames, List<String> notes) {
        DicomFrame first = frames.get(0);
        Direction plane = plane(first);
        SlicePositions positions = SlicePositions.of(where, frames, plane.z());
        if (positions.groups().size() == 1) {
            DicomPhases phases = DicomPhases.of(where, positions);
            return new DicomSeries(phases.slices(), phases.names(), geometryOfOne(first, notes), notes);
        }
        Vector3 step = positions.step();
        if (step.dot(plane.z()) < SHEARED * step.length())
            notes.add(String.format(Locale.ROOT,
                    "the slices are shifted against each other by %.2f degrees (tilted gantry); the geometry keeps it",
                    Math.toDegrees(Math.acos(step.dot(plane.z()) / step.length()))));
        Direction direction = new Direction(plane.x(), plane.y(), step.times(1 / step.length()));
        DicomPhases phases = DicomPhases.of(where, positions);
        Vector3 origin = phases.slices().get(0).get(0).position();
        return new DicomSeries(phases.slices(), phases.names(),
                new ScanGeometry(pixelSize(first, step.length(), notes), origin, direction), notes);
    }

    /** Frames of one file that do not say where they lie: time points of a film, or slices in the order of the file. */
    private static DicomSeries withoutPositions(List<DicomFrame> frames, List<String> notes) {
        DicomFrame first = frames.get(0);
        DicomFile file = first.file();
        List<DicomFrame> ordered = frames.stream().sorted(Comparator.comparingInt(DicomFrame::index)).toList();
        boolean film = !file.text(DicomFile.FRAME_TIME).isEmpty() || !file.text(DicomFile.FRAME_TIMES).isEmpty()
                || MOVING.contains(file.text(DicomFile.MODALITY));
        if (film) {
            List<String> names = ordered.stream().map(f -> "frame " + (f.index() + 1)).toList();
            return new DicomSeries(ordered.stream().map(List::of).toList(), names, geometryOfOne(first, notes), notes);
        }
        notes.add("the " + frames.size() + " frames say neither where nor when they were taken;"
                + " they are taken as slices in the order of the file");
        Vector3 size = pixelSize(first, first.statedSliceSpacing(), notes);
        return new DicomSeries(List.of(ordered), List.of(""), new ScanGeometry(size, Vector3.ZERO, Direction.IDENTITY),
                notes);
    }

    private static void requireAlike(String where, DicomFrame a, DicomFrame b) {
        boolean sameFile = a.file() == b.file();
        boolean size = sameFile || a.file().text(DicomFile.ROWS).equals(b.file().text(DicomFile.ROWS))
                && a.file().text(DicomFile.COLUMNS).equals(b.file().text(DicomFile.COLUMNS))
                && a.file().number(DicomFile.SAMPLES, 1) == b.file().number(DicomFile.SAMPLES, 1);
        boolean spacing = true;
        for (int i = 0; i < 2; i++)
            spacing &= Math.abs(a.pixelSpacing(i).orElse(0) - b.pixelSpacing(i).orElse(0)) <= SAME_SPACING;
        boolean orientation = a.hasOrientation() == b.hasOrientation();
        for (int i = 0; i < 2 && orientation && a.hasOrientation(); i++)
            orientation = a.orientation(i).distanceTo(b.orientation(i)) <= SAME_DIRECTION;
        boolean grey = sameFile || a.file().text(DicomFile.PHOTOMETRIC).equals(b.file().text(DicomFile.PHOTOMETRIC));
        if (size && spacing && orientation && grey)
            return;
        String what = !size ? "size"
                : !spacing ? "pixel spacing" : !orientation ? "orientation" : "kind of grey values";
        throw SeptumException.input(where + ": " + a.name() + " and " + b.name() + " differ in " + what
                + ", so they make no volume; put the images of each kind into a folder of their own");
    }

    private static ScanGeometry geometryOfOne(DicomFrame frame, List<String> notes) {
        Vector3 size = pixelSize(frame, frame.statedSliceSpacing(), notes);
        boolean placed = frame.isPlaced();
        return new ScanGeometry(size, placed ? frame.position() : Vector3.ZERO,
                placed ? plane(frame) : Direction.IDENTITY);
    }

    /** PixelSpacing holds the distance between rows first, which is that along y. */
    static Vector3 pixelSize(DicomFrame frame, double z, List<String> notes) {
        if (frame.pixelSpacing(1).isPresent())
            return new Vector3(frame.pixelSpacing(1).orElse(0), frame.pixelSpacing(0).orElse(0), z);
        DicomFile file = frame.file();
        if (file.real(DicomFile.DETECTOR_SPACING, 1).isPresent()) {
            notes.add("the pixel spacing is that of the detector; distances in the patient are smaller");
            return new Vector3(file.real(DicomFile.DETECTOR_SPACING, 1).orElse(0),
                    file.real(DicomFile.DETECTOR_SPACING, 0).orElse(0), z);
        }
        notes.add("the pixel spacing is not known");
        return new Vector3(Double.NaN, Double.NaN, z);
    }

    /** The axes of an image plane and its normal. */
    static Direction plane(DicomFrame frame) {
        Vector3 x = unit(frame.orientation(0));
        Vector3 y = unit(frame.orientation(1));
        Vector3 z = x.cross(y);
        if (!(Math.abs(x.dot(y)) <= SAME_DIRECTION * 10) || !z.isFinite())
            throw SeptumException.input(frame.file().path()
                    + ": its rows and columns are not at right angles (Image Orientation); correct its header");
        return new Direction(x, y, unit(z));
    }

    private static Vector3 unit(Vector3 v) {
        return v.times(1 / v.length());
    }
}
