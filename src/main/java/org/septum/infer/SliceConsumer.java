package org.septum.infer;

/** Takes the finished slices of a volume, one after the other. */
@FunctionalInterface
interface SliceConsumer {

    /**
     * Slice {@code z} is finished. Slices come in ascending order, each once.
     *
     * @param z
     *            its number, from 0
     * @param probabilities
     *            for each class the values of the slice, x fastest; valid until this method returns
     */
    void accept(int z, float[][] probabilities);
}
