package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;

/**
 * Writes a scan as a DICOM series, one file a slice, Explicit VR Little Endian, as MR or CT images. Values are stored
 * as signed 16-bit numbers: whole ones as they are, others by a rescale slope and intercept to 1/65535 of their range.
 * Made for sample data and tests: patient and study are invented, and all UIDs follow from the name of the scan.
 */
public final class DicomSeriesWriter {

    private static final String CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
    private static final String MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";

    private static final double RIGHT_ANGLE = 1e-4;

    private final Scan scan;
    private final double slope;
    private final double intercept;

    private DicomSeriesWriter(Scan scan) {
        this.scan = scan;
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        boolean whole = true;
        for (FloatType value : scan.pixels()) {
            float v = value.get();
            min = Math.min(min, v);
            max = Math.max(max, v);
            whole &= v == (short) v;
        }
        slope = whole || max == min ? 1 : shortened((max - (double) min) / 65534 * 1.0001);
        intercept = whole ? 0 : shortened((max + (double) min) / 2);
    }

    /** What remains of a number after it was written with the 16 characters that DICOM allows. */
    private static double shortened(double value) {
        return Double.parseDouble(DicomElements.decimal(value));
    }

    /**
     * Writes IM0001.dcm, IM0002.dcm … into a folder, the first slice first.
     *
     * @param overwrite
     *            whether files that are there may be replaced
     */
    public static void write(Scan scan, Path folder, boolean overwrite) {
        if (scan.channels() != 1 || !scan.geometry().isCalibrated())
            throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write scan " + scan.name()
                    + " as DICOM: it must have one channel and a known spacing; write ome-tiff instead");
        requireRightAngles(scan.geometry(), folder);
        DicomSeriesWriter writer = new DicomSeriesWriter(scan);
        for (int z = 0; z < scan.size(2); z++) {
            byte[] bytes = writer.slice(z);
            WholeFile.write(folder.resolve(String.format(Locale.ROOT, "IM%04d.dcm", z + 1)), overwrite,
                    aside -> Files.write(aside, bytes));
        }
    }

    /** DICOM has no words for rows and columns that are not at right angles. */
    static void requireRightAngles(ScanGeometry geometry, Path file) {
        if (Math.abs(geometry.direction().x().dot(geometry.direction().y())) > RIGHT_ANGLE)
            throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file
                    + " as DICOM: rows and columns are not at right angles; write nifti or ome-tiff instead");
    }

    private byte[] slice(int z) {
        String image = uid("image " + z);
        String imageClass = scan.modality() == Modality.CT ? CT_IMAGE : MR_IMAGE;
        byte[] head = DicomElements.fileHead(imageClass, image);
        byte[] data = dataset(z, imageClass, image);
        return ByteBuffer.allocate(head.length + data.length).put(head).put(data).array();
    }

    private byte[] dataset(int z, String imageClass, String image) {
        DicomElements out = new DicomElements();
        String name = scan.name().replaceAll("[^A-Za-z0-9 _-]", "_");
        String shortName = name.length() > 16 ? name.substring(0, 16) : name;
        out.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL").text(0x00080016, "UI", imageClass)
                .text(0x00080018, "UI", image).text(0x00080020, "DA", "20260101").text(0x00080030, "TM", "120000")
                .text(0x00080050, "SH", shortName)
                .text(DicomFile.MODALITY, "CS", scan.modality() == Modality.CT ? "CT" : "MR")
                .text(0x00080070, "LO", "Septum").text(0x00080090, "PN", "")
                .text(DicomFile.SERIES_DESCRIPTION, "LO", name.length() > 64 ? name.substring(0, 64) : name)
                .text(0x00100010, "PN", "Septum^Sample").text(0x00100020, "LO", shortName).text(0x00100030, "DA", "")
                .text(0x00100040, "CS", "O");
        ScanGeometry geometry = scan.geometry();
        Vector3 spacing = geometry.spacing();
        boolean ct = imageClass.equals(CT_IMAGE);
        if (!ct)
            out.text(0x00180020, "CS", "GR").text(0x00180021, "CS", "NONE").text(0x00180022, "CS", "").text(0x00180023,
                    "CS", "3D");
        out.numbers(DicomFile.SLICE_THICKNESS, spacing.z());
        // What the standard wants to see named, though it is not known, is empty.
        if (ct)
            out.text(0x00180060, "DS", "");
        else
            out.text(0x00180080, "DS", "").text(0x00180081, "DS", "").numbers(DicomFile.SLICE_SPACING, spacing.z())
                    .text(0x00180091, "IS", "");
        out.text(0x00185100, "CS", "");
        out.text(0x0020000d, "UI", uid("study")).text(DicomFile.SERIES_UID, "UI", uid("series"))
                .text(0x00200010, "SH", "1").text(0x00200011, "IS", "1").text(0x00200012, "IS", "")
                .text(0x00200013, "IS", "" + (z + 1)).numbers(DicomFile.POSITION, geometry.position(0, 0, z))
                .numbers(DicomFile.ORIENTATION, geometry.direction().x(), geometry.direction().y())
                .text(0x00200052, "UI", uid("frame")).text(0x00200060, "CS", "").text(0x00201040, "LO", "");
        putPixels(out, z);
        return out.toBytes();
    }

    private void putPixels(DicomElements out, int z) {
        Vector3 spacing = scan.geometry().spacing();
        out.unsignedShorts(DicomFile.SAMPLES, 1).text(DicomFile.PHOTOMETRIC, "CS", "MONOCHROME2")
                .unsignedShorts(DicomFile.ROWS, (int) scan.size(1))
                .unsignedShorts(DicomFile.COLUMNS, (int) scan.size(0))
                .numbers(DicomFile.PIXEL_SPACING, spacing.y(), spacing.x()).unsignedShorts(DicomFile.BITS_ALLOCATED, 16)
                .unsignedShorts(DicomFile.BITS_STORED, 16).unsignedShorts(DicomFile.HIGH_BIT, 15)
                .unsignedShorts(DicomFile.SIGNED, 1).numbers(DicomFile.INTERCEPT, intercept)
                .numbers(DicomFile.SLOPE, slope);
        float[] plane = Planes.of(scan, z, 0);
        ByteBuffer pixels = ByteBuffer.allocate(2 * plane.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : plane)
            pixels.putShort((short) Math.round((value - intercept) / slope));
        out.bytes(0x7fe00010, "OW", pixels.array());
    }

    private String uid(String what) {
        return DicomUids.of(scan.name() + "/" + what);
    }
}
