package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.io.RoiEncoder;
import ij.process.ByteProcessor;

/** A picture of a mask shows what ImageJ's own would show. */
class MaskPictureTest {

    private static final int WIDTH = 7;

    private static final int HEIGHT = 5;

    private static final IndexColorModel COLOURS = new IndexColorModel(8, 3, new byte[] { 0, (byte) 200, 10 },
            new byte[] { 0, 30, (byte) 180 }, new byte[] { 0, 5, 90 });

    private final AtomicInteger asked = new AtomicInteger();

    private byte[] values() {
        asked.incrementAndGet();
        byte[] values = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < values.length; i++)
            values[i] = (byte) (i % 3);
        return values;
    }

    private MaskPicture picture() {
        MaskPicture picture = new MaskPicture(MaskPicture.clear(WIDTH, HEIGHT), this::values, COLOURS);
        picture.setOpacity(0.4);
        return picture;
    }

    private ImageRoi ofImageJ() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
        byte[] values = values();
        for (int i = 0; i < values.length; i++)
            if (values[i] != 0)
                image.setRGB(i % WIDTH, i / WIDTH, 0xff000000 | COLOURS.getRGB(values[i]));
        ImageRoi roi = new ImageRoi(0, 0, image);
        roi.setOpacity(0.4);
        return roi;
    }

    private static int[] flattened(Roi roi) {
        ByteProcessor grey = new ByteProcessor(WIDTH, HEIGHT);
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            grey.set(i, 7 * i);
        ImagePlus image = new ImagePlus("grey", grey);
        image.setOverlay(new Overlay(roi));
        return (int[]) image.flatten().getProcessor().getPixels();
    }

    @Test
    void drawsAsImageJsOwnDoes() {
        assertThat(flattened(picture())).isEqualTo(flattened(ofImageJ()));
    }

    @Test
    void isMadeWhenItIsDrawnAndOnce() {
        MaskPicture picture = picture();
        assertThat(asked).hasValue(0);
        flattened(picture);
        flattened(picture);
        assertThat(asked).hasValue(1);
    }

    @Test
    void copiesLookAlike() {
        MaskPicture copy = (MaskPicture) picture().clone();
        assertThat(copy.getBounds()).isEqualTo(picture().getBounds());
        assertThat(flattened(copy)).isEqualTo(flattened(ofImageJ()));
    }

    @Test
    void isSavedWithTheImage() throws IOException {
        Roi read = new RoiDecoder(RoiEncoder.saveAsByteArray(picture()), "mask").getRoi();
        assertThat(read).isInstanceOf(ImageRoi.class);
        assertThat(flattened(read))
                .isEqualTo(flattened(new RoiDecoder(RoiEncoder.saveAsByteArray(ofImageJ()), "mask").getRoi()));
    }
}
