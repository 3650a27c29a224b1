package org.septum.io;

import java.awt.image.BufferedImage;

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
        return FastPng.of(picture);
    }

    private static void heat(BufferedImage picture, float[] plane, int columns, float highest) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int rows = plane.length / columns;
        int[] pixels = OverlaySlice.pixels(picture);
        for (int v = 0, i = 0; v < height; v++) {
            double y = place(v, height, rows);
            int top = (int) y * columns;
            int low = Math.min(rows - 1, (int) y + 1) * columns;
            double below = y - (int) y;
            for (int u = 0; u < width; u++, i++) {
                double x = place(u, width, columns);
                int left = (int) x;
                int right = Math.min(columns - 1, left + 1);
                double value = between(between(plane[top + left], plane[top + right], x - left),
                        between(plane[low + left], plane[low + right], x - left), below);
                if (value > 0) {
                    double level = Math.min(1, value / highest);
                    pixels[i] = OverlaySlice.blend(pixels[i], colour(level), MOST * level);
                }
            }
        }
    }

    /** Where a pixel's middle lies among samples, from the first to the last. */
    private static double place(int pixel, int size, int samples) {
        return Math.max(0, Math.min(samples - 1, (pixel + 0.5) * samples / size - 0.5));
    }

    private static double between(double a, double b, double part) {
        return a + (b - a) * part;
    }

    /** Red to orange to yellow. */
    private static int colour(double level) {
        return 0xff0000 | (int) Math.round(255 * Math.min(1, level * level)) << 8;
    }
}
