package org.septum.io;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.septum.core.LabelMask;
import org.septum.core.Scan;

/**
 * Draws one slice of a scan with its mask, in any size. Grey values are interpolated; the mask is drawn on the pixels
 * of the picture, so that its outlines are equally thin however large a voxel is.
 */
final class OverlaySlice {

    private static final int SAMPLED = 1 << 20;
    private static final double FILL = 0.3;
    private static final int FINE_UP_TO = 600;

    private final Scan scan;
    private final LabelMask mask;
    /** The colour of each label value. */
    private final int[] colours;
    private final float low;
    private final float high;

    /**
     * @param slices
     *            those whose values decide what is black and what is white
     */
    OverlaySlice(Scan scan, LabelMask mask, int[] slices) {
        this.scan = scan;
        this.mask = mask;
        this.colours = IntStream.range(0, 256).map(v -> OverlayPicture.colour(mask.labels(), v)).toArray();
        float[] window = window(slices);
        this.low = window[0];
        this.high = window[1];
    }

    BufferedImage draw(int z, int width, int height) {
        BufferedImage out = drawScan(z, width, height);
        putMask(out, labels(mask, z, width, height), FILL);
        return out;
    }

    /** Draws the outlines of the mask in the colours of its classes on a picture of a slice. */
    void outlines(BufferedImage picture, int z) {
        putMask(picture, labels(mask, z, picture.getWidth(), picture.getHeight()), 0);
    }

    /** Draws the slice without the mask. */
    BufferedImage drawScan(int z, int width, int height) {
        int columns = (int) scan.size(0);
        int rows = (int) scan.size(1);
        BufferedImage small = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        small.setRGB(0, 0, columns, rows, background(z, columns * rows), 0, columns);
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.drawImage(small, 0, 0, width, height, null);
        } finally {
            g.dispose();
        }
        return out;
    }

    /** Draws the outlines of another mask in white on a picture of a slice. */
    void outline(BufferedImage picture, LabelMask other, int z) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] labels = labels(other, z, width, height);
        for (int v = 0, i = 0; v < height; v++) {
            for (int u = 0; u < width; u++, i++) {
                boolean edge = u + 1 < width && labels[i + 1] != labels[i]
                        || v + 1 < height && labels[i + width] != labels[i];
                if (edge)
                    picture.setRGB(u, v, 0xffffff);
            }
        }
    }

    /** The label under each pixel of the picture. */
    private static int[] labels(LabelMask mask, int z, int width, int height) {
        byte[] plane = Planes.of(mask, z);
        int columns = (int) mask.size(0);
        int[] out = new int[width * height];
        for (int v = 0, i = 0; v < height; v++) {
            int y = (int) ((2L * v + 1) * mask.size(1) / (2 * height));
            for (int u = 0; u < width; u++, i++) {
                int x = (int) ((2L * u + 1) * columns / (2 * width));
                out[i] = plane[y * columns + x] & 0xff;
            }
        }
        return out;
    }

    private void putMask(BufferedImage picture, int[] labels, double fill) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int line = Math.max(width, height) > FINE_UP_TO ? 2 : 1;
        int[] pixels = pixels(picture);
        for (int v = 0, i = 0; v < height; v++) {
            for (int u = 0; u < width; u++, i++) {
                int label = labels[i];
                if (label == 0)
                    continue;
                boolean edge = u < line || labels[i - line] != label || u >= width - line || labels[i + line] != label
                        || v < line || labels[i - line * width] != label || v >= height - line
                        || labels[i + line * width] != label;
                pixels[i] = blend(pixels[i], colours[label], edge ? 1 : fill);
            }
        }
    }

    /** The values that become black and white; colours of 8 bits are shown as they are. */
    private float[] window(int[] slices) {
        long pixels = scan.size(0) * scan.size(1) * slices.length;
        int step = (int) Math.max(1, pixels / SAMPLED);
        float[] values = new float[(int) (pixels / step)];
        int n = 0;
        long at = 0;
        for (int z : slices) {
            for (float value : Planes.of(scan, z, 0)) {
                if (at++ % step == 0 && n < values.length)
                    values[n++] = value;
            }
        }
        Arrays.sort(values, 0, n);
        if (isColour() && values[n - 1] <= 255)
            return new float[] { 0, 255 };
        return new float[] { values[(int) Math.round(0.01 * (n - 1))], values[(int) Math.round(0.99 * (n - 1))] };
    }

    private boolean isColour() {
        return scan.channels() == 3;
    }

    private int[] background(int z, int count) {
        int[] rgb = new int[count];
        for (int channel = 0; channel < 3; channel++) {
            float[] plane = Planes.of(scan, z, isColour() ? channel : 0);
            for (int i = 0; i < count; i++)
                rgb[i] = rgb[i] << 8 | level(plane[i]);
        }
        return rgb;
    }

    private int level(float value) {
        float range = high > low ? high - low : 1;
        return Math.max(0, Math.min(255, Math.round(255 * (value - low) / range)));
    }

    /** The pixels of a picture of the kind that is drawn here, row by row; what is changed there is changed in it. */
    static int[] pixels(BufferedImage picture) {
        return ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    }

    static int blend(int below, int above, double part) {
        if (part == 1)
            return above;
        if (part == 0)
            return below;
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double level = (below >> shift & 0xff) * (1 - part) + (above >> shift & 0xff) * part;
            out |= (int) (level + 0.5) << shift;
        }
        return out;
    }
}
