package org.septum.bundle;

import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import net.imglib2.view.composite.RealComposite;

/** Values of classes as their share of the sum over all classes. */
final class ClassShares {

    private ClassShares() {
    }

    /**
     * Computed as they are read; nothing is copied.
     *
     * @param values
     *            axes x, y, z, class; none negative
     *
     * @return with the same axes; 0 for every class where all values are 0
     */
    static RandomAccessibleInterval<FloatType> of(RandomAccessibleInterval<FloatType> values) {
        int count = Math.toIntExact(values.dimension(3));
        RandomAccessibleInterval<RealComposite<FloatType>> voxels = Views.collapseReal(values);
        List<RandomAccessibleInterval<FloatType>> classes = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            int own = c;
            classes.add(Converters.convert(voxels, (in, out) -> out.set(share(in, own, count)), new FloatType()));
        }
        return Views.stack(classes);
    }

    private static float share(RealComposite<FloatType> voxel, int own, int count) {
        float sum = 0;
        for (int c = 0; c < count; c++)
            sum += voxel.get(c).get();
        return sum == 0 ? 0 : voxel.get(own).get() / sum;
    }
}
