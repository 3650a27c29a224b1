package org.septum.pipeline;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import net.imglib2.Cursor;
import net.imglib2.FinalInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.util.ConstantUtils;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.OverlayPicture;

/** Small pictures of scans for pages, as PNG. */
final class Thumbnail {

    private static final int LONGEST_EDGE = 180;

    private Thumbnail() {
    }

    /** The middle slice of a scan. */
    static byte[] of(Scan scan) {
        // a mask without voxels of its own takes no memory, however large the scan is
        LabelMask none = new LabelMask(
                ConstantUtils.constantRandomAccessibleInterval(new UnsignedByteType(),
                        new FinalInterval(scan.size(0), scan.size(1), scan.size(2))),
                scan.geometry(), ClassLabels.of("background", "none"));
        return png(OverlayPicture.drawSlice(scan, none, (int) (scan.size(2) / 2)));
    }

    /** The slice with the most mask, with its outlines. */
    static byte[] of(Scan scan, LabelMask labels) {
        return png(OverlayPicture.drawSlice(scan, labels, slice(labels)));
    }

    private static int slice(LabelMask labels) {
        long[] counts = new long[(int) labels.size(2)];
        Cursor<UnsignedByteType> at = labels.pixels().localizingCursor();
        while (at.hasNext())
            if (at.next().get() != 0)
                counts[at.getIntPosition(2)]++;
        int best = counts.length / 2;
        for (int z = 0; z < counts.length; z++)
            if (counts[z] > counts[best])
                best = z;
        return best;
    }

    private static byte[] png(BufferedImage picture) {
        double scale = Math.min(1, (double) LONGEST_EDGE / Math.max(picture.getWidth(), picture.getHeight()));
        BufferedImage small = new BufferedImage((int) Math.max(1, picture.getWidth() * scale),
                (int) Math.max(1, picture.getHeight() * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = small.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.drawImage(picture, 0, 0, small.getWidth(), small.getHeight(), null);
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Why not straight into the bytes? ImageIO would go by a temporary file.
        try (ImageOutputStream memory = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(small, "png", memory);
        } catch (IOException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot make a PNG: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }
}
