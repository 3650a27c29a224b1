package org.septum.metrics;

import net.imglib2.RandomAccess;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/** Masks for tests. */
final class Masks {

    /** Whether a voxel is in. */
    @FunctionalInterface
    interface Shape {
        boolean contains(int x, int y, int z);
    }

    private Masks() {
    }

    /** A volume with a value where the shape is. */
    static Img<UnsignedByteType> volume(int value, Shape shape, long... size) {
        Img<UnsignedByteType> mask = ArrayImgs.unsignedBytes(size);
        RandomAccess<UnsignedByteType> access = mask.randomAccess();
        for (int z = 0; z < size[2]; z++)
            for (int y = 0; y < size[1]; y++)
                for (int x = 0; x < size[0]; x++)
                    if (shape.contains(x, y, z))
                        access.setPositionAndGet(x, y, z).set(value);
        return mask;
    }

    /** A box from one corner to another, both included. */
    static Shape box(int x0, int y0, int z0, int... last) {
        return (x, y, z) -> x >= x0 && x <= last[0] && y >= y0 && y <= last[1] && z >= z0 && z <= last[2];
    }
}
