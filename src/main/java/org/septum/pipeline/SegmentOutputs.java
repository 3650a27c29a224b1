package org.septum.pipeline;

import java.io.Serializable;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.io.MaskWriters;

/**
 * What is written of each scan that is segmented.
 *
 * @param formats
 *            of the masks, as named by {@link MaskWriters#names()}
 * @param overlay
 *            whether a picture of each scan with its mask is written, a sheet of slices
 * @param slices
 *            whether each slice that holds mask is written as a picture of its own, into {@code NAME_slices}
 * @param probabilities
 *            whether those of all classes are written, into {@code NAME_probabilities.nii.gz}
 * @param overwrite
 *            whether files in the output folder may be replaced
 * @param quality
 *            whether each mask is judged without a reference
 */
public record SegmentOutputs(List<String> formats, boolean overlay, boolean slices, boolean probabilities,
        boolean overwrite, boolean quality) implements Serializable {

    /** NIfTI masks, no pictures, nothing replaced. */
    public static final SegmentOutputs DEFAULT = new SegmentOutputs(List.of("nifti"), false, false, false, false);

    public SegmentOutputs {
        formats = formats.stream().map(f -> MaskWriters.named(f).format()).distinct().toList();
        if (formats.isEmpty())
            throw SeptumException.usage("give at least one format of masks: " + String.join(", ", MaskWriters.names()));
    }

    /** With masks that are not judged. */
    public SegmentOutputs(List<String> formats, boolean overlay, boolean slices, boolean probabilities,
            boolean overwrite) {
        this(formats, overlay, slices, probabilities, overwrite, false);
    }

    /** The same with each mask judged, or not. */
    public SegmentOutputs withQuality(boolean wanted) {
        return new SegmentOutputs(formats, overlay, slices, probabilities, overwrite, wanted);
    }

    /** The same with masks in other formats. */
    public SegmentOutputs withFormats(List<String> others) {
        return new SegmentOutputs(others, overlay, slices, probabilities, overwrite, quality);
    }

    /** The same with a picture of each scan, and of each slice, or without. */
    public SegmentOutputs withPictures(boolean ofScans, boolean ofSlices) {
        return new SegmentOutputs(formats, ofScans, ofSlices, probabilities, overwrite, quality);
    }

    /** The same with probabilities or without. */
    public SegmentOutputs withProbabilities(boolean wanted) {
        return new SegmentOutputs(formats, overlay, slices, wanted, overwrite, quality);
    }

    /** The same with leave to replace files, or without. */
    public SegmentOutputs withOverwrite(boolean allowed) {
        return new SegmentOutputs(formats, overlay, slices, probabilities, allowed, quality);
    }
}
