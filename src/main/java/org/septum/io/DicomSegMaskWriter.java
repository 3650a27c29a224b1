package org.septum.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * Masks as DICOM Segmentation (PS3.3, A.51), binary: one segment a class, one bit a voxel. If the scan came from DICOM,
 * it belongs to the same patient and study, shares the frame of reference and names the image behind every frame;
 * otherwise patient and study are left empty or made up. Equal masks give equal files, dates and UIDs included.
 */
public final class DicomSegMaskWriter implements MaskWriter {

    private static final long LONGEST_VALUE = 0xfffffffeL;
    private static final int LARGEST_SIZE = 65535;

    @Override
    public String format() {
        return "dicom-seg";
    }

    @Override
    public String extension() {
        return ".dcm";
    }

    @Override
    public void write(LabelMask mask, Path file, boolean overwrite) {
        WholeFile.requireFree(file, overwrite);
        requirePlaced(mask, file);
        SegFrames frames = SegFrames.of(mask);
        long bytes = (frames.frames().size() * mask.size(0) * mask.size(1) + 7) / 8;
        long even = bytes + bytes % 2;
        if (even > LONGEST_VALUE)
            throw refused(file, "its frames need more than 4 GB; write nifti instead");
        byte[] head = new SegDataset(mask, frames).head(even);
        WholeFile.write(file, overwrite, aside -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16)) {
                out.write(head);
                writeBits(mask, frames, out);
                if (even > bytes)
                    out.write(0);
            }
        });
    }

    private static void requirePlaced(LabelMask mask, Path file) {
        ScanGeometry geometry = mask.geometry();
        if (mask.size(0) > LARGEST_SIZE || mask.size(1) > LARGEST_SIZE)
            throw refused(file, "its slices have more than 65535 rows or columns; write ome-tiff instead");
        boolean unknown = Double.isNaN(geometry.spacing().x() + geometry.spacing().y());
        if (mask.size(2) > 1 ? !geometry.isCalibrated() : unknown && mask.dicom().images().isEmpty())
            throw refused(file, "the spacing of the scan is not known; write nifti or ome-tiff instead");
        DicomSeriesWriter.requireRightAngles(geometry, file);
    }

    private static SeptumException refused(Path file, String why) {
        return new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file + " as DICOM SEG: " + why);
    }

    /** Voxel after voxel, the first in the lowest bit, with no gap between rows or frames (PS3.5, 8.1.1). */
    private static void writeBits(LabelMask mask, SegFrames frames, OutputStream out) throws IOException {
        int bits = 0;
        int count = 0;
        for (SegFrames.Frame frame : frames.frames()) {
            byte value = (byte) mask.labels().classes().get(frame.segment()).value();
            for (byte voxel : Planes.of(mask, frame.slice())) {
                if (voxel == value)
                    bits |= 1 << count;
                if (++count == 8) {
                    out.write(bits);
                    bits = 0;
                    count = 0;
                }
            }
        }
        if (count > 0)
            out.write(bits);
    }
}
