package org.septum.fiji;

import org.septum.core.Scan;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;

/** Toy scans as ImageJ would show them. */
public final class Images {

    private Images() {
    }

    /** A 32-bit stack in mm. */
    public static ImagePlus of(Scan scan) {
        ImageStack stack = new ImageStack((int) scan.size(0), (int) scan.size(1));
        for (int z = 0; z < scan.size(2); z++) {
            FloatProcessor slice = new FloatProcessor((int) scan.size(0), (int) scan.size(1));
            for (int y = 0; y < scan.size(1); y++)
                for (int x = 0; x < scan.size(0); x++)
                    slice.setf(x, y, scan.pixels().getAt(x, y, z, 0).get());
            stack.addSlice(slice);
        }
        ImagePlus image = new ImagePlus("toy.tif", stack);
        calibrate(image, scan);
        return image;
    }

    public static void calibrate(ImagePlus image, Scan scan) {
        image.getCalibration().setUnit("mm");
        image.getCalibration().pixelWidth = scan.geometry().spacing().x();
        image.getCalibration().pixelHeight = scan.geometry().spacing().y();
        image.getCalibration().pixelDepth = scan.geometry().spacing().z();
    }

    /** All values of an 8-bit stack, x fastest. */
    public static byte[] values(ImagePlus mask) {
        int plane = mask.getWidth() * mask.getHeight();
        byte[] values = new byte[plane * mask.getStackSize()];
        for (int i = 0; i < mask.getStackSize(); i++)
            System.arraycopy(mask.getStack().getPixels(i + 1), 0, values, i * plane, plane);
        return values;
    }
}
