package org.septum.core;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

/**
 * A scan: pixels and where they lie.
 *
 * @param name
 *            short name for people and output files, without folder and extension
 * @param pixels
 *            axes x, y, z, channel, all starting at 0; z has size 1 for a 2D image, channel has size 1 for a grey-value
 *            image. Values are in the scan's own unit (CT: HU) as float. May be lazy; may be read from many threads
 * @param geometry
 *            where the voxels lie
 * @param modality
 *            how it was made
 * @param notes
 *            what the reader saw that a person should know (files skipped, values made finite); empty if nothing
 * @param dicom
 *            the DICOM images it was read from; {@link DicomOrigin#NONE} if from something else
 */
public record Scan(String name, RandomAccessibleInterval<FloatType> pixels, ScanGeometry geometry, Modality modality,
        List<String> notes, DicomOrigin dicom) {

    public Scan {
        notes = List.copyOf(notes);
        if (pixels.numDimensions() != 4) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "scan " + name + " has " + pixels.numDimensions() + " axes; a scan has four: x, y, z, channel");
        }
        for (int d = 0; d < 4; d++) {
            if (pixels.min(d) != 0 || pixels.dimension(d) < 1) {
                throw new SeptumException(SeptumException.Kind.INTERNAL,
                        "axis " + d + " of scan " + name + " runs from " + pixels.min(d) + " to " + pixels.max(d)
                                + "; it must start at 0 and hold at least one sample");
            }
        }
    }

    /** A scan that does not come from DICOM. */
    public Scan(String name, RandomAccessibleInterval<FloatType> pixels, ScanGeometry geometry, Modality modality,
            List<String> notes) {
        this(name, pixels, geometry, modality, notes, DicomOrigin.NONE);
    }

    /** This scan, with the DICOM images it was read from. */
    public Scan withDicom(DicomOrigin origin) {
        return new Scan(name, pixels, geometry, modality, notes, origin);
    }

    /** Number of voxels along axis 0 (x), 1 (y), 2 (z). */
    public long size(int axis) {
        return pixels.dimension(axis);
    }

    /** Number of channels. */
    public int channels() {
        return (int) pixels.dimension(3);
    }

    /** True if there is more than one slice. */
    public boolean isVolume() {
        return size(2) > 1;
    }

    /** "37×52×30", for messages. */
    public String shape() {
        return size(0) + "×" + size(1) + "×" + size(2);
    }
}
