package org.septum.fiji;

import java.awt.AlphaComposite;
import java.awt.Composite;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.lang.ref.SoftReference;
import java.util.function.Supplier;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.io.FileSaver;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

/**
 * One slice of a mask as a translucent picture on an image; background is clear.
 * <p>
 * <b>Why?</b> ImageJ's own {@link ImageRoi} holds 4 bytes a pixel for as long as the overlay lives: 2 GB for 2000
 * slices of 512×512. This one is made when it is drawn, and goes when memory is short.
 */
final class MaskPicture extends ImageRoi {

    private static final long serialVersionUID = 1L;

    private static final int OPAQUE = 0xff000000;

    private final transient Supplier<byte[]> values;

    private final transient IndexColorModel colours;

    private transient SoftReference<BufferedImage> made = new SoftReference<>(null);

    /**
     * @param clear
     *            an image of the slice's size, which all slices may share; see {@link #clear}
     * @param values
     *            gives the label of each pixel, x fastest; asked again whenever the picture has to be made anew
     * @param colours
     *            of the labels
     */
    MaskPicture(BufferedImage clear, Supplier<byte[]> values, IndexColorModel colours) {
        super(0, 0, clear);
        this.values = values;
        this.colours = colours;
    }

    /** What ImageJ takes for the picture until somebody looks: it gives the size and next to nothing else. */
    static BufferedImage clear(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY);
    }

    private BufferedImage picture() {
        BufferedImage picture = made.get();
        if (picture == null) {
            byte[] labels = values.get();
            int[] argb = new int[labels.length];
            for (int i = 0; i < labels.length; i++)
                argb[i] = labels[i] == 0 ? 0 : OPAQUE | colours.getRGB(labels[i] & 0xff);
            Rectangle size = getBounds();
            picture = new BufferedImage(size.width, size.height, BufferedImage.TYPE_INT_ARGB);
            picture.setRGB(0, 0, size.width, size.height, argb, 0, size.width);
            made = new SoftReference<>(picture);
        }
        return picture;
    }

    @Override
    public void draw(Graphics g) {
        Graphics2D canvas = (Graphics2D) g;
        Composite before = canvas.getComposite();
        canvas.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) getOpacity()));
        Rectangle at = getBounds();
        canvas.drawImage(picture(), screenX(at.x), screenY(at.y), screenX(at.x + at.width), screenY(at.y + at.height),
                0, 0, at.width, at.height, null);
        canvas.setComposite(before);
    }

    @Override
    public ImageProcessor getProcessor() {
        return new ColorProcessor(picture());
    }

    @Override
    public byte[] getSerializedImage() {
        return new FileSaver(new ImagePlus("", picture())).serialize();
    }

    /** Changes nothing: the picture is that of the mask. ImageJ calls it for every copy it makes of the overlay. */
    @Override
    public void setProcessor(ImageProcessor other) {
        // what a copy shows is the mask as well
    }
}
