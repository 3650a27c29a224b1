package org.septum.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * Pictures of a scan with a map on it as heat: nothing where the map is 0, then red, orange and yellow up to its upper
 * limit, with the outlines of the mask. Slices, grey values and sides are those of an {@link OverlayPicture}.
 */
public final class HeatPicture {

    /** Share of the colour where the map is highest. */
    private static final double MOST = 0.75;

    private HeatPicture() {
    }

    /**
     * Draws a contact sheet.
     *
     * @param scan
     *            the scan
     * @param mask
     *            whose slices are shown
     * @param map
     *            one channel on the grid of the scan; below 0 counts as 0
     * @param highest
     *            the value that is drawn as hottest, above 0
     *
     * @throws SeptumException
     *             of kind INPUT if the sizes differ
     */
    public static BufferedImage draw(Scan scan, LabelMask mask, Scan map, float highest) {
        if (!map.shape().equals(scan.shape())) {
            throw SeptumException.input("the map " + map.name() + " has " + map.shape() + " voxels and scan "
                    + scan.name() + " " + scan.shape() + "; they must be equal");
        }
        if (!(highest > 0))
            throw SeptumException.input("a map drawn up to " + highest + "; allowed: above 0");
        return OverlayPicture.draw(scan, mask, (painter, z, width, height) -> {
            BufferedImage slice = painter.drawScan(z, width, height);
            heat(slice, Planes.of(map, z, 0), (int) map.size(0), highest);
            painter.outlines(slice, z);
            return slice;
        });
    }

    /** A picture as a PNG file, packed fast rather than small. */
    public static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam fast = writer.getDefaultWriteParam();
            fast.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            fast.setCompressionQuality(0.9f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), fast);
        } catch (IOException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot make a PNG: " + e.getMessage(), e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void heat(BufferedImage picture, float[] plane, int columns, float highest) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int rows = plane.length / columns;
        int[] line = new int[width];
        for (int v = 0; v < height; v++) {
            double y = (v + 0.5) * rows / height - 0.5;
            picture.getRGB(0, v, width, 1, line, 0, width);
            for (int u = 0; u < width; u++) {
                double x = (u + 0.5) * columns / width - 0.5;
                double level = Math.max(0, Math.min(1, at(plane, columns, x, y) / highest));
                if (level > 0)
                    line[u] = OverlaySlice.blend(line[u], colour(level), MOST * level);
            }
            picture.setRGB(0, v, width, 1, line, 0, width);
        }
    }

    /** Linear between the samples, the nearest beyond them. */
    private static double at(float[] plane, int columns, double x, double y) {
        int rows = plane.length / columns;
        double cx = Math.max(0, Math.min(columns - 1, x));
        double cy = Math.max(0, Math.min(rows - 1, y));
        int x0 = (int) cx;
        int y0 = (int) cy;
        int x1 = Math.min(columns - 1, x0 + 1);
        int y1 = Math.min(rows - 1, y0 + 1);
        double top = plane[y0 * columns + x0] * (1 - cx + x0) + plane[y0 * columns + x1] * (cx - x0);
        double low = plane[y1 * columns + x0] * (1 - cx + x0) + plane[y1 * columns + x1] * (cx - x0);
        return top * (1 - cy + y0) + low * (cy - y0);
    }

    /** Red to orange to yellow. */
    private static int colour(double level) {
        return 0xff0000 | (int) Math.round(255 * Math.min(1, level * level)) << 8;
    }
}
