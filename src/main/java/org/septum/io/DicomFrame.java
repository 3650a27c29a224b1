package org.septum.io;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * One image plane: a file of a classic series, or a frame of a multi-frame file. What a frame says of itself stands
 * before what all frames of its file share, and that before the outermost level.
 *
 * @param file
 *            the file it lies in
 * @param index
 *            number of the frame in the file, from 0
 * @param own
 *            functional groups of this frame
 * @param shared
 *            functional groups of all frames
 */
record DicomFrame(DicomFile file, int index, DicomDataset own, DicomDataset shared) {

    /** All frames of a file. */
    static List<DicomFrame> of(DicomFile file) {
        int count = count(file);
        List<DicomDataset> own = file.data().items(DicomFile.FRAME_GROUPS);
        DicomDataset shared = file.data().item(DicomFile.SHARED_GROUPS);
        List<DicomFrame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++)
            frames.add(new DicomFrame(file, i, i < own.size() ? own.get(i) : DicomDataset.EMPTY, shared));
        return frames;
    }

    /** Number of frames that a file states. */
    static int count(DicomFile file) {
        return Math.max(1, file.number(DicomFile.FRAMES, 1));
    }

    /** Where to look for a tag of a functional group. */
    private DicomDataset holder(int group, int tag) {
        for (DicomDataset groups : new DicomDataset[] { own, shared }) {
            DicomDataset item = groups.item(group);
            if (!item.text(tag).isEmpty())
                return item;
        }
        return file.data();
    }

    private OptionalDouble real(int group, int tag, int i) {
        return file.naming(() -> holder(group, tag).real(tag, i));
    }

    double slope() {
        return finite(real(DicomFile.VALUE_TRANSFORMATION, DicomFile.SLOPE, 0).orElse(1), "rescale slope");
    }

    double intercept() {
        return finite(real(DicomFile.VALUE_TRANSFORMATION, DicomFile.INTERCEPT, 0).orElse(0), "rescale intercept");
    }

    private double finite(double value, String what) {
        if (!Double.isFinite(value))
            throw SeptumException.input(name() + " has the " + what + " " + value + "; correct its header");
        return value;
    }

    /** True if it is known which way its rows and columns run. */
    boolean hasOrientation() {
        return orientation(0).isFinite() && orientation(1).isFinite();
    }

    /** Along a row (0) or down a column (1), as stated. */
    Vector3 orientation(int axis) {
        Vector3 stated = vectorOrNaN(DicomFile.PLANE_ORIENTATION, DicomFile.ORIENTATION, 3 * axis);
        return stated.isFinite() ? stated : detector().vector(DicomFile.ORIENTATION, 3 * axis);
    }

    /** True if it is known where the frame lies: by itself, or by what the file says of all frames. */
    boolean isPlaced() {
        return hasOrientation() && position().isFinite();
    }

    /** Of a nuclear medicine image: what holds for all frames of its only detector. */
    private DicomDataset detector() {
        return file.data().items(DicomFile.NM_DETECTOR).size() == 1 ? file.data().item(DicomFile.NM_DETECTOR)
                : DicomDataset.EMPTY;
    }

    /** Centre of the first pixel in mm, LPS; not finite if it is not known. */
    Vector3 position() {
        Vector3 stated = vectorOrNaN(DicomFile.PLANE_POSITION, DicomFile.POSITION, 0);
        if (!hasOrientation())
            return stated;
        Vector3 normal = orientation(0).cross(orientation(1));
        if (!file.text(DicomFile.FRAME_OFFSETS).isEmpty()) {
            // RT dose: the first frame is placed, the others lie at offsets along the normal.
            double first = file.real(DicomFile.FRAME_OFFSETS, 0).orElse(0);
            double offset = file.real(DicomFile.FRAME_OFFSETS, index).orElse(Double.NaN);
            return stated.plus(normal.times(first == 0 ? offset : offset - first));
        }
        if (!stated.isFinite() && detector() != DicomDataset.EMPTY) {
            // Reconstructed nuclear medicine: the first frame is placed, the others follow in steps, which may be < 0.
            double step = file.real(DicomFile.SLICE_SPACING, 0).orElse(Double.NaN);
            return detector().vector(DicomFile.POSITION, 0).plus(normal.times(index * step));
        }
        return stated;
    }

    private Vector3 vectorOrNaN(int group, int tag, int first) {
        return file.naming(() -> holder(group, tag).vector(tag, first));
    }

    /** Distance between neighbouring pixels down a column (0) or along a row (1), as DICOM counts. */
    OptionalDouble pixelSpacing(int i) {
        return real(DicomFile.PIXEL_MEASURES, DicomFile.PIXEL_SPACING, i);
    }

    /** Distance to the next slice as stated, else the slice's thickness; NaN if neither is known. */
    double statedSliceSpacing() {
        OptionalDouble spacing = real(DicomFile.PIXEL_MEASURES, DicomFile.SLICE_SPACING, 0);
        double z = Math
                .abs((spacing.isPresent() ? spacing : real(DicomFile.PIXEL_MEASURES, DicomFile.SLICE_THICKNESS, 0))
                        .orElse(0));
        return z > 0 ? z : Double.NaN;
    }

    /** The segment that a frame of a DICOM SEG belongs to; 0 if it does not say. */
    int segment() {
        return (int) real(DicomFile.SEGMENT_IDENTIFICATION, DicomFile.REFERENCED_SEGMENT, 0).orElse(0);
    }

    /** What tells time points, heart phases, echoes or b-values apart, the most telling first. */
    enum PhaseKey {

        TRIGGER_DELAY("trigger delay", DicomFile.CARDIAC_SYNCHRONIZATION, DicomFile.TRIGGER_DELAY, " ms"),
        TEMPORAL_INDEX("time point", DicomFile.FRAME_CONTENT, DicomFile.TEMPORAL_INDEX, ""),
        TEMPORAL_POSITION("time point", 0, DicomFile.TEMPORAL_POSITION, ""),
        TRIGGER_TIME("trigger time", 0, DicomFile.TRIGGER_TIME, " ms"),
        B_VALUE("b-value", DicomFile.MR_DIFFUSION, DicomFile.B_VALUE, " s/mm²"),
        EFFECTIVE_ECHO_TIME("echo time", DicomFile.MR_ECHO, DicomFile.EFFECTIVE_ECHO_TIME, " ms"),
        ECHO_TIME("echo time", 0, DicomFile.ECHO_TIME, " ms"),
        ACQUISITION("acquisition", 0, DicomFile.ACQUISITION_NUMBER, ""),
        ACQUISITION_TIME("acquisition time", 0, DicomFile.ACQUISITION_TIME, ""),
        CONTENT_TIME("content time", 0, DicomFile.CONTENT_TIME, ""),
        INSTANCE("image number", 0, DicomFile.INSTANCE_NUMBER, ""), FRAME("frame", 0, 0, "");

        final String words;
        final String unit;
        private final int group;
        private final int tag;

        PhaseKey(String words, int group, int tag, String unit) {
            this.words = words;
            this.group = group;
            this.tag = tag;
            this.unit = unit;
        }

        /** Its value for a frame; NaN if the frame does not state it. */
        double of(DicomFrame frame) {
            return this == FRAME ? frame.index + 1 : frame.real(group, tag, 0).orElse(Double.NaN);
        }
    }

    /** File and, if it holds several, number of the frame, for messages. */
    String name() {
        return count(file) > 1 ? file.fileName() + " frame " + (index + 1) : file.fileName();
    }
}
