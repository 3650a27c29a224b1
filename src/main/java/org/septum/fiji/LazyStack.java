package org.septum.fiji;

import java.awt.image.ColorModel;
import java.util.function.IntFunction;

import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ImageProcessor;

/** Slices that are made when somebody looks at them, of results that would fill the memory. They cannot be edited. */
final class LazyStack extends VirtualStack {

    /** Share of Java's memory that a result may take. */
    private static final int SHARES = 4;

    private final IntFunction<ImageProcessor> slices;

    private final int count;

    private LazyStack(int width, int height, int count, IntFunction<ImageProcessor> slices) {
        super(width, height, count);
        this.slices = slices;
        this.count = count;
    }

    /**
     * Slices in memory if they take no more than a quarter of it, else lazy ones.
     *
     * @param count
     *            of slices
     * @param bytes
     *            of all of them
     * @param slices
     *            makes one, from 0
     */
    static ImageStack of(int width, int height, int count, long bytes, IntFunction<ImageProcessor> slices) {
        if (bytes > Runtime.getRuntime().maxMemory() / SHARES)
            return new LazyStack(width, height, count, slices);
        ImageStack stack = new ImageStack(width, height);
        for (int i = 0; i < count; i++)
            stack.addSlice(slices.apply(i));
        return stack;
    }

    @Override
    public ImageProcessor getProcessor(int n) {
        ImageProcessor slice = slices.apply(n - 1);
        ColorModel colours = getColorModel();
        if (colours != null)
            slice.setColorModel(colours);
        return slice;
    }

    @Override
    public Object getPixels(int n) {
        return slices.apply(n - 1).getPixels();
    }

    @Override
    public int getBitDepth() {
        return slices.apply(0).getBitDepth();
    }

    @Override
    public int getSize() {
        return count;
    }

    @Override
    public int size() {
        return count;
    }
}
