package org.septum.infer;

import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.septum.data.Resampling;

/**
 * Resamples a volume linearly, slice by slice as it comes: holds two slices. The result is that of
 * {@link Resampling#linear} on the whole volume.
 */
final class SliceResampling implements SliceConsumer {

    private final List<Long> from;

    private final List<Long> to;

    private final SliceConsumer consumer;

    /** The slice before the last one, in the new size along x and y. */
    private float[][] previous;

    /** The last slice, in the new size along x and y. */
    private float[][] current;

    private float[][] mixed;

    /** New slices before this one have left. */
    private int finished;

    /** New slices from this one on are not wanted. */
    private final int end;

    /**
     * @param from
     *            size along x, y, z of what comes
     * @param to
     *            size along x, y, z of what leaves
     * @param consumer
     *            takes the new slices
     */
    SliceResampling(List<Long> from, List<Long> to, SliceConsumer consumer) {
        this(from, to, Slab.whole(to.get(2)), consumer);
    }

    /**
     * A part of the volume: what comes are the slices of {@link Slab#source}.
     *
     * @param from
     *            size along x, y, z of the whole volume that comes in parts
     * @param to
     *            size along x, y, z of the whole new volume
     * @param slab
     *            slices of the new volume that leave
     * @param consumer
     *            takes the new slices
     */
    SliceResampling(List<Long> from, List<Long> to, Slab slab, SliceConsumer consumer) {
        this.from = from;
        this.to = to;
        this.finished = slab.first();
        this.end = slab.end();
        this.consumer = consumer;
    }

    /**
     * Where a new slice lies among the old ones, by the same arithmetic as Resampling's, so that the bits are equal.
     */
    static double place(int slice, long from, long to) {
        return Math.max(0, (slice + 0.5) * from / to - 0.5);
    }

    /** The old slice before a place. */
    static int lower(double place, long from) {
        return (int) Math.min(Math.floor(place), from - 1);
    }

    /** The old slice behind a place. */
    static int upper(double place, long from) {
        return (int) Math.min(lower(place, from) + 1, from - 1);
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        previous = current;
        current = new float[probabilities.length][];
        for (int c = 0; c < current.length; c++)
            current[c] = inPlane(probabilities[c]);
        long n = from.get(2);
        long m = to.get(2);
        while (finished < end) {
            double p = place(finished, n, m);
            int lower = lower(p, n);
            if (upper(p, n) > z)
                return;
            float[][] below = lower == z ? current : previous;
            consumer.accept(finished++, n == m ? below : mix(below, current, (float) (p - lower)));
        }
    }

    private float[] inPlane(float[] slice) {
        if (from.get(0).equals(to.get(0)) && from.get(1).equals(to.get(1)))
            return slice.clone();
        return Resampling
                .linear(ArrayImgs.floats(slice, from.get(0), from.get(1), 1), List.of(to.get(0), to.get(1), 1L))
                .update(null).getCurrentStorageArray();
    }

    private float[][] mix(float[][] below, float[][] above, float weight) {
        if (mixed == null)
            mixed = new float[below.length][below[0].length];
        for (int c = 0; c < mixed.length; c++)
            for (int i = 0; i < mixed[c].length; i++)
                mixed[c][i] = below[c][i] * (1 - weight) + above[c][i] * weight;
        return mixed;
    }
}
