package org.septum.infer;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.ByteArray;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;
import org.septum.data.WorkingGrid;

/**
 * Turns probabilities into label values, slice by slice: the class of the largest probability, the first of equals.
 */
final class MaskAssembly implements SliceConsumer {

    private final PlanarImg<UnsignedByteType, ByteArray> oriented;

    private final byte[] values;

    /**
     * @param size
     *            of the mask along the working axes x, y, z
     * @param labels
     *            the classes
     */
    MaskAssembly(List<Long> size, ClassLabels labels) {
        this.oriented = PlanarImgs.unsignedBytes(size.get(0), size.get(1), size.get(2));
        this.values = new byte[labels.count()];
        for (int c = 0; c < values.length; c++)
            values[c] = (byte) labels.classes().get(c).value();
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        byte[] mask = oriented.getPlane(z).getCurrentStorageArray();
        for (int i = 0; i < mask.length; i++) {
            int best = 0;
            float most = probabilities[0][i];
            float sum = most;
            for (int c = 1; c < probabilities.length; c++) {
                float p = probabilities[c][i];
                sum += p;
                if (p > most) {
                    most = p;
                    best = c;
                }
            }
            if (Float.isNaN(sum)) {
                throw SeptumException.input("the network gives no number (NaN) in slice " + z
                        + "; its weights must be finite: train it again or use another model");
            }
            mask[i] = values[best];
        }
    }

    /** The mask with the axes of the scan, in memory of its own. */
    RandomAccessibleInterval<UnsignedByteType> onScan(WorkingGrid grid) {
        RandomAccessibleInterval<UnsignedByteType> view = grid.restore(oriented);
        if (view == oriented)
            return oriented;
        PlanarImg<UnsignedByteType, ByteArray> mask = PlanarImgs.unsignedBytes(view.dimensionsAsLongArray());
        LoopBuilder.setImages(mask, view).forEachPixel(UnsignedByteType::set);
        return mask;
    }
}
