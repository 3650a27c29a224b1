package org.septum.core;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * A segmentation: the class of every voxel, and where it lies.
 *
 * @param pixels
 *            axes x, y, z (size 1 for a 2D image), all starting at 0; each value is a {@link ClassLabel#value()}
 * @param geometry
 *            the same as that of the scan it belongs to
 * @param labels
 *            what the values mean
 * @param dicom
 *            the DICOM images of that scan; {@link DicomOrigin#NONE} if it was read from something else
 */
public record LabelMask(RandomAccessibleInterval<UnsignedByteType> pixels, ScanGeometry geometry, ClassLabels labels,
        DicomOrigin dicom) {

    public LabelMask {
        if (pixels.numDimensions() != 3) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "a label mask has the axes x, y, z, not " + pixels.numDimensions() + " axes");
        }
    }

    /** The mask of a scan that does not come from DICOM. */
    public LabelMask(RandomAccessibleInterval<UnsignedByteType> pixels, ScanGeometry geometry, ClassLabels labels) {
        this(pixels, geometry, labels, DicomOrigin.NONE);
    }

    /** This mask, with the DICOM images of its scan. */
    public LabelMask withDicom(DicomOrigin origin) {
        return new LabelMask(pixels, geometry, labels, origin);
    }

    /** Number of voxels along axis 0 (x), 1 (y), 2 (z). */
    public long size(int axis) {
        return pixels.dimension(axis);
    }

    /** Number of voxels with a label value. */
    public long count(int value) {
        long n = 0;
        for (UnsignedByteType v : pixels)
            if (v.get() == value)
                n++;
        return n;
    }

    /**
     * Volume of the voxels with a label value in ml; NaN if the scan is not calibrated.
     */
    public double millilitres(int value) {
        return count(value) * geometry.voxelVolume() / 1000;
    }

    /** "37×52×30", for messages. */
    public String shape() {
        return size(0) + "×" + size(1) + "×" + size(2);
    }
}
