package org.septum.fiji;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.process.ByteProcessor;
import ij.process.LUT;

/** A label mask as an image of ImageJ, and as an overlay on the image it belongs to. */
final class MaskImage {

    private static final double OPACITY = 0.4;

    private static final int VALUES = 256;

    private static final String NAME = "Septum mask ";

    private final LabelMask mask;

    private final ImagePlus source;

    /**
     * @param mask
     *            on the grid of {@code source}
     * @param source
     *            the image that was segmented; lends its calibration
     */
    MaskImage(LabelMask mask, ImagePlus source) {
        this.mask = mask;
        this.source = source;
    }

    /** An 8-bit stack of label values, a colour for each class, black background. */
    ImagePlus labels() {
        ImageStack stack = new ImageStack((int) mask.size(0), (int) mask.size(1));
        for (int z = 0; z < mask.size(2); z++)
            stack.addSlice(new ByteProcessor((int) mask.size(0), (int) mask.size(1), plane(z)));
        ImagePlus image = new ImagePlus(source.getShortTitle() + " mask", stack);
        image.setCalibration(source.getCalibration().copy());
        image.getCalibration().disableDensityCalibration();
        image.getProcessor().setColorModel(lut());
        stack.setColorModel(lut());
        image.setDisplayRange(0, VALUES - 1.0);
        StringBuilder names = new StringBuilder();
        mask.labels().classes().forEach(c -> names.append(c.value()).append(' ').append(c.name()).append('\n'));
        image.setProperty("Info", names.toString());
        return image;
    }

    private byte[] plane(int z) {
        int width = (int) mask.size(0);
        byte[] values = new byte[width * (int) mask.size(1)];
        RandomAccess<UnsignedByteType> at = mask.pixels().randomAccess();
        at.setPosition(z, 2);
        for (int i = 0; i < values.length; i++) {
            at.setPosition(i % width, 0);
            at.setPosition(i / width, 1);
            values[i] = (byte) at.get().get();
        }
        return values;
    }

    private LUT lut() {
        byte[][] rgb = new byte[3][VALUES];
        for (ClassLabel c : mask.labels().foreground())
            for (int k = 0; k < 3; k++)
                rgb[k][c.value()] = (byte) (c.rgb() >> 16 - 8 * k);
        return new LUT(rgb[0], rgb[1], rgb[2]);
    }

    /**
     * Adds the mask to the overlay of the source: one translucent picture a slice that holds mask. A mask that was
     * added to it before goes, whatever else is on the overlay stays.
     */
    void addTo(Overlay overlay) {
        for (int i = overlay.size() - 1; i >= 0; i--)
            if (String.valueOf(overlay.get(i).getName()).startsWith(NAME))
                overlay.remove(i);
        IndexColorModel colours = lut();
        for (int z = 0; z < mask.size(2); z++) {
            byte[] values = plane(z);
            BufferedImage picture = new BufferedImage((int) mask.size(0), (int) mask.size(1),
                    BufferedImage.TYPE_INT_ARGB);
            boolean isEmpty = true;
            for (int i = 0; i < values.length; i++) {
                int value = values[i] & 0xff;
                if (value == 0)
                    continue;
                isEmpty = false;
                picture.setRGB(i % picture.getWidth(), i / picture.getWidth(), 0xff000000 | colours.getRGB(value));
            }
            if (!isEmpty)
                overlay.add(roi(picture, z));
        }
    }

    private ImageRoi roi(BufferedImage picture, int z) {
        ImageRoi roi = new ImageRoi(0, 0, picture);
        roi.setOpacity(OPACITY);
        roi.setName(NAME + (z + 1));
        if (source.isHyperStack())
            roi.setPosition(0, z + 1, source.getNFrames() > 1 ? source.getFrame() : 0);
        else
            roi.setPosition(source.getStackIndex(1, z + 1, source.getFrame()));
        return roi;
    }
}
