package org.septum.fiji;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.pipeline.ExplainImage;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.process.FloatProcessor;
import ij.process.LUT;

/** Maps of an open image as an image of ImageJ, and one of them as heat on that image. */
final class HeatImage {

    private static final String NAME = "Septum heat ";

    private static final int LEVELS = 256;

    private final List<ExplainImage.Heat> maps;

    private final OpenImage source;

    private final int frame;

    private final int width;

    private final int height;

    private final int depth;

    /**
     * @param maps
     *            on the grid of {@code source}
     * @param source
     *            the image that was explained; lends its calibration
     * @param frame
     *            of it, from 1
     */
    HeatImage(List<ExplainImage.Heat> maps, OpenImage source, int frame) {
        this.maps = List.copyOf(maps);
        this.source = source;
        this.frame = frame;
        this.width = (int) maps.get(0).map().size(0);
        this.height = (int) maps.get(0).map().size(1);
        this.depth = (int) maps.get(0).map().size(2);
    }

    /** A 32-bit hyperstack with a channel for each map, in the colours of heat, its slices labelled with the maps. */
    ImagePlus image() {
        int count = maps.size() * depth;
        ImageStack stack = LazyStack.of(width, height, count, (long) Float.BYTES * width * height * count,
                i -> new FloatProcessor(width, height, plane(i % maps.size(), i / maps.size())));
        for (int i = 0; i < count; i++)
            stack.setSliceLabel(maps.get(i % maps.size()).title(), i + 1);
        ImagePlus image = new ImagePlus(source.title() + " explanation", stack);
        image.setDimensions(maps.size(), depth, 1);
        image.setCalibration(source.spatialCalibration());
        LUT colours = new LUT(heat(false), 0, 1);
        if (maps.size() == 1) {
            image.setLut(colours);
            image.setDisplayRange(0, maps.get(0).highest());
            return image;
        }
        image.setOpenAsHyperStack(true);
        CompositeImage each = new CompositeImage(image, CompositeImage.COLOR);
        for (int c = 1; c <= maps.size(); c++)
            each.setChannelLut(new LUT(heat(false), 0, maps.get(c - 1).highest()), c);
        each.setC(1);
        return each;
    }

    /** Titles of the maps. */
    String[] titles() {
        return maps.stream().map(ExplainImage.Heat::title).toArray(String[]::new);
    }

    private float[] plane(int map, int z) {
        float[] values = new float[width * height];
        RandomAccess<FloatType> at = maps.get(map).map().pixels().randomAccess();
        for (int y = 0, i = 0; y < height; y++) {
            at.setPosition(new int[] { 0, y, z, 0 });
            for (int x = 0; x < width; x++, at.fwd(0))
                values[i++] = at.get().get();
        }
        return values;
    }

    /** Red to orange to yellow; the hotter, the less is seen through it. */
    private static IndexColorModel heat(boolean isClear) {
        byte[][] rgba = new byte[4][LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            double level = i / (LEVELS - 1.0);
            rgba[0][i] = (byte) Math.round(255 * (isClear ? 1 : Math.min(1, 2 * level)));
            rgba[1][i] = (byte) Math.round(255 * level * level);
            rgba[3][i] = (byte) (isClear ? i : 255);
        }
        return isClear ? new IndexColorModel(8, LEVELS, rgba[0], rgba[1], rgba[2], rgba[3])
                : new IndexColorModel(8, LEVELS, rgba[0], rgba[1], rgba[2]);
    }

    /**
     * The overlay of the source with a map as heat: one picture a slice that has any. Heat that was added before goes,
     * whatever else is on the overlay stays.
     *
     * @param old
     *            stays as it is, so that it can come back
     * @param opacity
     *            0 to 1, where the map is hottest
     */
    Overlay on(Overlay old, int map, double opacity) {
        Overlay overlay = without(old);
        for (int z = 0; z < depth; z++) {
            float[] values = plane(map, z);
            BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, heat(true));
            boolean hasHeat = false;
            for (int i = 0; i < values.length; i++) {
                double level = Math.max(0, Math.min(1, values[i] / maps.get(map).highest()));
                int index = (int) Math.round((LEVELS - 1) * level);
                hasHeat |= index > 0;
                picture.getRaster().setSample(i % width, i / width, 0, index);
            }
            if (!hasHeat)
                continue;
            ImageRoi roi = new ImageRoi(0, 0, picture);
            roi.setOpacity(opacity);
            roi.setName(NAME + (z + 1));
            source.place(roi, z, frame);
            overlay.add(roi);
        }
        return overlay;
    }

    /** An overlay without heat. */
    static Overlay without(Overlay old) {
        Overlay overlay = old.duplicate();
        for (int i = overlay.size() - 1; i >= 0; i--)
            if (isHeat(overlay, i))
                overlay.remove(i);
        return overlay;
    }

    private static boolean isHeat(Overlay overlay, int i) {
        return overlay.get(i) instanceof ImageRoi && String.valueOf(overlay.get(i).getName()).startsWith(NAME);
    }

    /** Makes the heat on an overlay more or less opaque, from 0 to 1, on every slice. */
    static void setOpacity(Overlay overlay, double opacity) {
        for (int i = 0; i < overlay.size(); i++)
            if (isHeat(overlay, i))
                ((ImageRoi) overlay.get(i)).setOpacity(opacity);
    }
}
