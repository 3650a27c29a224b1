package org.septum.metrics;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

import org.septum.core.SeptumException;

/**
 * The largest region of a class in a plane: pixels that touch along their edges. Of equally large ones the first from
 * the top counts.
 */
public final class LargestRegion {

    private static final int[] DX = { 1, -1, 0, 0 };

    private static final int[] DY = { 0, 0, 1, -1 };

    /** Size of the plane with a rim of one pixel around it, which is outside whatever the mask holds. */
    private final int width;

    private final int height;

    private final BitSet pixels;

    private LargestRegion(int width, int height, BitSet pixels) {
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /**
     * Finds it.
     *
     * @param mask
     *            axes x, y, or x, y, z with one slice
     * @param value
     *            of the class, 1 to 255
     *
     * @return nothing if no pixel has the value
     *
     * @throws SeptumException
     *             of kind INPUT for a volume or a plane of more than 2^30 pixels
     */
    public static Optional<LargestRegion> of(RandomAccessibleInterval<UnsignedByteType> mask, int value) {
        RandomAccessibleInterval<UnsignedByteType> plane = planar(mask);
        int width = (int) plane.dimension(0) + 2;
        int height = (int) plane.dimension(1) + 2;
        BitSet region = new BitSet();
        new ConnectedParts(plane, List.of(value), false, false).visit(true,
                (first, last, y, z) -> region.set((y + 1) * width + first + 1, (y + 1) * width + last + 2));
        return region.isEmpty() ? Optional.empty() : Optional.of(new LargestRegion(width, height, region));
    }

    private static RandomAccessibleInterval<UnsignedByteType> planar(RandomAccessibleInterval<UnsignedByteType> mask) {
        boolean flat = mask.numDimensions() == 2 || mask.numDimensions() == 3 && mask.dimension(2) == 1;
        if (!flat || mask.dimension(0) * mask.dimension(1) > 1 << 30) {
            throw SeptumException.input("a region is looked for in a mask with the axes "
                    + java.util.Arrays.toString(mask.dimensionsAsLongArray())
                    + "; allowed: one slice of at most 2^30 pixels");
        }
        return Views.zeroMin(mask.numDimensions() == 2 ? Views.addDimension(mask, 0, 0) : mask);
    }

    /** Number of its pixels. */
    public int size() {
        return pixels.cardinality();
    }

    /**
     * Its outline with half a pixel as the smallest step: the middle of every pixel edge between the region and what
     * surrounds it. Holes have no outline. Edges on the rim of the plane are left out: there the picture ends, not what
     * it shows.
     *
     * @return points (x, y) in pixels; the centre of the first pixel is (0, 0)
     */
    public List<double[]> outline() {
        BitSet outside = outside();
        List<double[]> points = new ArrayList<>();
        for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
            int x = i % width - 1;
            int y = i / width - 1;
            for (int k = 0; k < 4; k++) {
                int nx = x + DX[k];
                int ny = y + DY[k];
                boolean inPlane = nx >= 0 && ny >= 0 && nx < width - 2 && ny < height - 2;
                if (inPlane && outside.get(i + DX[k] + DY[k] * width))
                    points.add(new double[] { x + DX[k] / 2.0, y + DY[k] / 2.0 });
            }
        }
        return points;
    }

    /** What is not in the region and connected with the rim, also across corners, as the region is not. */
    private BitSet outside() {
        BitSet background = new BitSet();
        background.set(0, width * height);
        background.andNot(pixels);
        BitSet outside = new BitSet();
        BitSet front = new BitSet();
        front.set(0);
        while (!front.isEmpty()) {
            outside.or(front);
            BitSet next = new BitSet();
            for (int i = front.nextSetBit(0); i >= 0; i = front.nextSetBit(i + 1)) {
                for (int dy = -1; dy <= 1; dy++)
                    for (int dx = -1; dx <= 1; dx++)
                        reach(background, i, dx, dy, next);
            }
            next.andNot(outside);
            front = next;
        }
        return outside;
    }

    private void reach(BitSet background, int from, int dx, int dy, BitSet next) {
        int x = from % width + dx;
        int y = from / width + dy;
        if (x >= 0 && y >= 0 && x < width && y < height && background.get(y * width + x))
            next.set(y * width + x);
    }
}
