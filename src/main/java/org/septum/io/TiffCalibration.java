package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

import loci.formats.FormatException;
import loci.formats.tiff.IFD;
import loci.formats.tiff.TiffParser;
import loci.formats.tiff.TiffRational;

/**
 * What a TIFF that is no OME-TIFF says of the size of its pixels and the meaning of its pages.
 * <p>
 * <b>Why?</b> Bio-Formats takes a resolution without a unit for one in µm, and so the slice spacing of ImageJ whatever
 * its unit.
 *
 * @param comment
 *            the image description; that of ImageJ is a list of key=value
 * @param geometry
 *            what is known of the spacing
 */
record TiffCalibration(String comment, ScanGeometry geometry) {

    private static final int CENTIMETRE = 3;
    private static final int INCH = 2;

    static TiffCalibration read(Path path, List<String> notes) throws IOException, FormatException {
        try (TiffParser parser = new TiffParser(path.toString())) {
            IFD first = parser.getFirstIFD();
            String comment = first.getComment() == null ? "" : first.getComment();
            double x = pixel(first, IFD.X_RESOLUTION);
            double y = pixel(first, IFD.Y_RESOLUTION);
            double unit = Double.NaN;
            double z = Double.NaN;
            if (isImageJ(comment)) {
                unit = millimetres(value(comment, "unit"));
                String spacing = value(comment, "spacing");
                z = spacing.isEmpty() ? Double.NaN : Math.abs(Double.parseDouble(spacing));
            } else if (first.getIFDIntValue(IFD.RESOLUTION_UNIT, INCH) == CENTIMETRE) {
                unit = 10;
            } else if (!Double.isNaN(x) && first.getIFDIntValue(IFD.RESOLUTION_UNIT, INCH) == INCH) {
                // Why? Cameras and painting programs state 72 or 300 dots per inch, whatever is in the picture.
                notes.add("the TIFF states dots per inch, which is for printing; the pixel spacing is not known");
            }
            Vector3 spacing = new Vector3(x * unit, y * unit, z > 0 ? z * unit : Double.NaN);
            return new TiffCalibration(comment, new ScanGeometry(spacing, Vector3.ZERO, Direction.IDENTITY));
        }
    }

    private static boolean isImageJ(String comment) {
        return comment.startsWith("ImageJ=");
    }

    /** True if the pages are said to be time points. */
    boolean hasFrames() {
        String frames = value(comment, "frames");
        return isImageJ(comment) && !frames.isEmpty() && !frames.equals("1");
    }

    private static double pixel(IFD ifd, int tag) throws FormatException {
        if (!ifd.containsKey(tag) || !(ifd.getIFDValue(tag) instanceof TiffRational))
            return Double.NaN;
        double perUnit = ifd.getIFDRationalValue(tag).doubleValue();
        return perUnit > 0 && Double.isFinite(perUnit) ? 1 / perUnit : Double.NaN;
    }

    private static String value(String comment, String key) {
        Matcher line = Pattern.compile("(?m)^" + key + "=(.*)$").matcher(comment);
        return line.find() ? line.group(1).strip() : "";
    }

    /** How many mm a unit of ImageJ is; NaN for pixels and for words that are no length. */
    private static double millimetres(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "m", "meter", "metre" -> 1000;
            case "cm" -> 10;
            case "mm", "millimeter", "millimetre" -> 1;
            case "um", "µm", "μm", "\\u00b5m", "micron", "microns", "micrometer" -> 1e-3;
            case "nm", "nanometer" -> 1e-6;
            case "inch", "inches" -> 25.4;
            default -> Double.NaN;
        };
    }
}
