package org.septum.io;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

import javax.imageio.ImageIO;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;

/**
 * A picture of a scan with its mask on it: up to twelve slices side by side, those that hold mask if any do. Grey
 * values run from the 1st to the 99th percentile of the slices shown; each class has its colour, as an outline and a
 * thin fill. Pixels that are not square are drawn in proportion.
 */
public final class OverlayPicture {

    private static final int SLICES = 12;
    private static final int COLUMNS = 4;
    private static final int SHORTEST_CELL = 240;
    private static final int LONGEST_CELL = 320;
    private static final int LONGEST_IMAGE = 1600;
    private static final int SAMPLED = 1 << 20;
    private static final double FILL = 0.3;

    private final Scan scan;
    private final LabelMask mask;
    private final int[] slices;
    private final float low;
    private final float high;

    private OverlayPicture(Scan scan, LabelMask mask) {
        for (int d = 0; d < 3; d++) {
            if (scan.size(d) != mask.size(d))
                throw SeptumException.input("the mask has " + mask.shape() + " voxels and scan " + scan.name() + " "
                        + scan.shape() + "; they must be equal");
        }
        this.scan = scan;
        this.mask = mask;
        this.slices = chooseSlices();
        float[] window = window();
        this.low = window[0];
        this.high = window[1];
    }

    /** Writes the picture as PNG. */
    public static void write(Scan scan, LabelMask mask, Path file, boolean overwrite) {
        WholeFile.requireFree(file, overwrite);
        BufferedImage picture = draw(scan, mask);
        WholeFile.write(file, overwrite, aside -> {
            if (!ImageIO.write(picture, "png", aside.toFile()))
                throw new IOException("this Java cannot write PNG");
        });
    }

    /** Draws the picture. */
    public static BufferedImage draw(Scan scan, LabelMask mask) {
        return new OverlayPicture(scan, mask).montage();
    }

    private BufferedImage montage() {
        Vector3 spacing = scan.geometry().orUnitSpacing().spacing();
        double width = scan.size(0) * spacing.x();
        double height = scan.size(1) * spacing.y();
        // One pixel of the picture for the smaller side of a voxel, within limits.
        double natural = Math.max(width, height) / Math.min(spacing.x(), spacing.y());
        double longest = Math.max(SHORTEST_CELL, Math.min(natural, slices.length == 1 ? LONGEST_IMAGE : LONGEST_CELL));
        double scale = longest / Math.max(width, height);
        int cellWidth = Math.max(1, (int) Math.round(width * scale));
        int cellHeight = Math.max(1, (int) Math.round(height * scale));
        int columns = Math.min(COLUMNS, slices.length);
        int rows = (slices.length + columns - 1) / columns;
        BufferedImage out = new BufferedImage(columns * cellWidth, rows * cellHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            for (int i = 0; i < slices.length; i++)
                g.drawImage(slice(slices[i]), i % columns * cellWidth, i / columns * cellHeight, cellWidth, cellHeight,
                        null);
        } finally {
            g.dispose();
        }
        return out;
    }

    /** Evenly spread slices, from the first to the last that holds mask; from all if none does. */
    private int[] chooseSlices() {
        int depth = (int) scan.size(2);
        int first = depth;
        int last = -1;
        for (int z = 0; z < depth; z++) {
            if (!isEmpty(Planes.of(mask, z))) {
                first = Math.min(first, z);
                last = z;
            }
        }
        if (last < 0) {
            first = 0;
            last = depth - 1;
        }
        int n = Math.min(SLICES, last - first + 1);
        int[] chosen = new int[n];
        for (int i = 0; i < n; i++)
            chosen[i] = n == 1 ? (first + last) / 2 : (int) (first + (long) i * (last - first) / (n - 1));
        return chosen;
    }

    private static boolean isEmpty(byte[] labels) {
        for (byte label : labels)
            if (label != 0)
                return false;
        return true;
    }

    /** The values that become black and white; colours of 8 bits are shown as they are. */
    private float[] window() {
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

    private BufferedImage slice(int z) {
        int width = (int) scan.size(0);
        int height = (int) scan.size(1);
        byte[] labels = Planes.of(mask, z);
        int[] rgb = background(z, width * height);
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                int label = labels[i] & 0xff;
                if (label == 0)
                    continue;
                boolean edge = x == 0 || labels[i - 1] != labels[i] || x == width - 1 || labels[i + 1] != labels[i]
                        || y == 0 || labels[i - width] != labels[i] || y == height - 1
                        || labels[i + width] != labels[i];
                rgb[i] = blend(rgb[i], colour(label), edge ? 1 : FILL);
            }
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, rgb, 0, width);
        return image;
    }

    private int colour(int label) {
        return mask.labels().withValue(label).map(c -> c.rgb()).orElse(ClassLabels.colour(label));
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

    private static int blend(int below, int above, double part) {
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double level = (below >> shift & 0xff) * (1 - part) + (above >> shift & 0xff) * part;
            out |= (int) Math.round(level) << shift;
        }
        return out;
    }
}
