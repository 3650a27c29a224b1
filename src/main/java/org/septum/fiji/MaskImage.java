package org.septum.fiji;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;

/** The masks of an open image's frames as an image of ImageJ, as an overlay on that image, and as selections. */
final class MaskImage {

    private static final double OPACITY = 0.4;

    private static final int VALUES = 256;

    private static final String NAME = "Septum mask ";

    private final List<LabelMask> masks;

    private final List<Integer> frames;

    private final OpenImage source;

    private final ClassLabels labels;

    private final int width;

    private final int height;

    private final int depth;

    /**
     * @param masks
     *            on the grid of {@code source}
     * @param frames
     *            that they are of, from 1
     * @param source
     *            the image that was segmented; lends its calibration
     */
    MaskImage(List<LabelMask> masks, List<Integer> frames, OpenImage source) {
        this.masks = List.copyOf(masks);
        this.frames = List.copyOf(frames);
        this.source = source;
        LabelMask first = masks.get(0);
        this.labels = first.labels();
        this.width = (int) first.size(0);
        this.height = (int) first.size(1);
        this.depth = (int) first.size(2);
    }

    /** An 8-bit stack of label values, a frame for each mask, a colour for each class, black background. */
    ImagePlus labels() {
        int count = depth * masks.size();
        ImageStack stack = LazyStack.of(width, height, count, (long) width * height * count,
                i -> new ByteProcessor(width, height, plane(i / depth, i % depth)));
        stack.setColorModel(lut());
        ImagePlus image = new ImagePlus(source.title() + " mask", stack);
        image.setDimensions(1, depth, masks.size());
        image.setOpenAsHyperStack(masks.size() > 1);
        image.setCalibration(source.spatialCalibration());
        image.getProcessor().setColorModel(lut());
        image.setDisplayRange(0, VALUES - 1.0);
        StringBuilder names = new StringBuilder();
        labels.classes().forEach(c -> names.append(c.value()).append(' ').append(c.name()).append('\n'));
        image.setProperty("Info", names.toString());
        image.setPosition(1, source.sliceInView(), Math.max(1, frames.indexOf(source.frameInView()) + 1));
        return image;
    }

    private byte[] plane(int mask, int z) {
        byte[] values = new byte[width * height];
        RandomAccess<UnsignedByteType> at = masks.get(mask).pixels().randomAccess();
        for (int y = 0, i = 0; y < height; y++) {
            at.setPosition(new int[] { 0, y, z });
            for (int x = 0; x < width; x++, at.fwd(0))
                values[i++] = (byte) at.get().get();
        }
        return values;
    }

    private LUT lut() {
        byte[][] rgb = new byte[3][VALUES];
        for (ClassLabel c : labels.foreground())
            for (int k = 0; k < 3; k++)
                rgb[k][c.value()] = (byte) (c.rgb() >> 16 - 8 * k);
        return new LUT(rgb[0], rgb[1], rgb[2]);
    }

    /**
     * The overlay of the source with these masks: one translucent picture a slice that holds mask. Masks that were
     * added before go, whatever else is on the overlay stays.
     *
     * @param old
     *            stays as it is, so that it can come back
     */
    Overlay on(Overlay old) {
        Overlay overlay = old.duplicate();
        for (int i = overlay.size() - 1; i >= 0; i--)
            if (String.valueOf(overlay.get(i).getName()).startsWith(NAME))
                overlay.remove(i);
        IndexColorModel colours = lut();
        BufferedImage clear = MaskPicture.clear(width, height);
        for (int t = 0; t < masks.size(); t++) {
            for (int z = 0; z < depth; z++) {
                if (isEmpty(plane(t, z)))
                    continue;
                int mask = t;
                int slice = z;
                ImageRoi roi = new MaskPicture(clear, () -> plane(mask, slice), colours);
                roi.setOpacity(OPACITY);
                roi.setName(NAME + (z + 1));
                overlay.add(placed(roi, t, z));
            }
        }
        return overlay;
    }

    private static boolean isEmpty(byte[] values) {
        for (byte value : values)
            if (value != 0)
                return false;
        return true;
    }

    /** One selection for each class and slice that holds it, with the colour and the name of the class. */
    List<Roi> selections() {
        List<Roi> rois = new ArrayList<>();
        for (int t = 0; t < masks.size(); t++) {
            for (int z = 0; z < depth; z++) {
                byte[] values = plane(t, z);
                if (isEmpty(values))
                    continue;
                ImageProcessor slice = new ByteProcessor(width, height, values);
                for (ClassLabel c : labels.foreground()) {
                    slice.setThreshold(c.value(), c.value(), ImageProcessor.NO_LUT_UPDATE);
                    Roi roi = new ThresholdToSelection().convert(slice);
                    if (roi == null)
                        continue;
                    roi.setName(c.name() + " " + (z + 1) + (source.isTimeSeries() ? " frame " + frames.get(t) : ""));
                    roi.setStrokeColor(new java.awt.Color(c.rgb()));
                    rois.add(placed(roi, t, z));
                }
            }
        }
        return rois;
    }

    private Roi placed(Roi roi, int mask, int z) {
        source.place(roi, z, frames.get(mask));
        return roi;
    }
}
