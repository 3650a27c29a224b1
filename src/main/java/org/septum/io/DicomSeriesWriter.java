package org.septum.io;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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

    private static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
    private static final String CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
    private static final String MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";

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
        return Double.parseDouble(decimal(value));
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
        DicomSeriesWriter writer = new DicomSeriesWriter(scan);
        for (int z = 0; z < scan.size(2); z++) {
            byte[] bytes = writer.slice(z);
            WholeFile.write(folder.resolve(String.format(Locale.ROOT, "IM%04d.dcm", z + 1)), overwrite,
                    aside -> Files.write(aside, bytes));
        }
    }

    private byte[] slice(int z) {
        String image = uid("image " + z);
        String imageClass = scan.modality() == Modality.CT ? CT_IMAGE : MR_IMAGE;
        byte[] meta = new DicomElements().bytes(0x00020001, "OB", new byte[] { 0, 1 })
                .text(0x00020002, "UI", imageClass).text(0x00020003, "UI", image)
                .text(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN).text(0x00020012, "UI", uid("implementation")).toBytes();
        byte[] length = new DicomElements().unsignedInt(0x00020000, meta.length).toBytes();
        byte[] data = dataset(z, imageClass, image);
        return ByteBuffer.allocate(132 + length.length + meta.length + data.length).position(128)
                .put(new byte[] { 'D', 'I', 'C', 'M' }).put(length).put(meta).put(data).array();
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
        if (!imageClass.equals(CT_IMAGE))
            out.text(0x00180020, "CS", "GR").text(0x00180021, "CS", "NONE").text(0x00180022, "CS", "").text(0x00180023,
                    "CS", "3D");
        out.text(DicomFile.SLICE_THICKNESS, "DS", decimal(spacing.z()));
        if (!imageClass.equals(CT_IMAGE))
            out.text(DicomFile.SLICE_SPACING, "DS", decimal(spacing.z()));
        out.text(0x0020000d, "UI", uid("study")).text(DicomFile.SERIES_UID, "UI", uid("series"))
                .text(0x00200010, "SH", "1").text(0x00200011, "IS", "1").text(0x00200013, "IS", "" + (z + 1))
                .text(DicomFile.POSITION, "DS", decimals(geometry.position(0, 0, z)))
                .text(DicomFile.ORIENTATION, "DS",
                        decimals(geometry.direction().x()) + "\\" + decimals(geometry.direction().y()))
                .text(0x00200052, "UI", uid("frame")).text(0x00201040, "LO", "");
        putPixels(out, z);
        return out.toBytes();
    }

    private void putPixels(DicomElements out, int z) {
        Vector3 spacing = scan.geometry().spacing();
        out.unsignedShort(DicomFile.SAMPLES, 1).text(DicomFile.PHOTOMETRIC, "CS", "MONOCHROME2")
                .unsignedShort(DicomFile.ROWS, (int) scan.size(1)).unsignedShort(DicomFile.COLUMNS, (int) scan.size(0))
                .text(DicomFile.PIXEL_SPACING, "DS", decimal(spacing.y()) + "\\" + decimal(spacing.x()))
                .unsignedShort(DicomFile.BITS_ALLOCATED, 16).unsignedShort(DicomFile.BITS_STORED, 16)
                .unsignedShort(DicomFile.HIGH_BIT, 15).unsignedShort(DicomFile.SIGNED, 1)
                .text(DicomFile.INTERCEPT, "DS", decimal(intercept)).text(DicomFile.SLOPE, "DS", decimal(slope));
        float[] plane = Planes.of(scan, z, 0);
        ByteBuffer pixels = ByteBuffer.allocate(2 * plane.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : plane)
            pixels.putShort((short) Math.round((value - intercept) / slope));
        out.bytes(0x7fe00010, "OW", pixels.array());
    }

    private static String decimals(Vector3 v) {
        return decimal(v.x()) + "\\" + decimal(v.y()) + "\\" + decimal(v.z());
    }

    /** At most 16 characters, as a decimal string must have, as exact as they allow. */
    private static String decimal(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9)
            return Long.toString((long) value);
        for (int digits = 15; digits > 0; digits--) {
            String text = String.format(Locale.ROOT, Math.abs(value) < 1e-3 ? "%." + digits + "e" : "%." + digits + "f",
                    value);
            if (text.length() <= 16)
                return text;
        }
        return String.format(Locale.ROOT, "%.8e", value);
    }

    /** A UID under 2.25, which holds UUIDs (PS3.5, annex B), made of a hash. */
    private String uid(String what) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((scan.name() + "/" + what).getBytes(StandardCharsets.UTF_8));
            return "2.25." + new BigInteger(1, Arrays.copyOf(hash, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
    }
}
