package org.septum.model.block;

import java.util.List;

/**
 * Shape of a feature tensor without its batch axis.
 *
 * @param channels
 *            number of channels
 * @param spatial
 *            sizes in tensor order: y, x or z, y, x; empty for one number per channel
 */
public record TensorShape(int channels, List<Integer> spatial) {

    public TensorShape {
        spatial = List.copyOf(spatial);
    }

    /** Number of positions; 1 if there are no spatial axes. */
    public long positions() {
        long n = 1;
        for (int s : spatial)
            n *= s;
        return n;
    }

    /** This shape with other channels. */
    public TensorShape withChannels(int other) {
        return new TensorShape(other, spatial);
    }
}
