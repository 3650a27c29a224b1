package org.septum.data;

import java.util.List;

import org.septum.core.SeptumException;

/**
 * What tells a tile of mere air, which a network need not look at: none of its voxels is as bright as this in any
 * channel. Learnt from the training set by {@link AirSearch}.
 *
 * @param below
 *            what every voxel of air is darker than, in the unit of the network's input: after the plan's normalisation
 */
public record AirRule(double below) {

    /** The rule is made of squares of so many voxels that have the foreground in a corner. */
    static final int REACH = 8;

    /** Narrower tiles may hold none of these squares whole. */
    private static final int NARROWEST = 2 * REACH - 1;

    public AirRule {
        if (!Double.isFinite(below))
            throw SeptumException.input("air below " + below + "; give a number, or leave \"air\" out");
    }

    /** Whether a voxel's value in one channel is that of air. Not a number is not air. */
    public boolean isAir(float value) {
        return value < below;
    }

    /**
     * Whether tiles are large enough: whatever voxel of a tile is foreground, one of its squares lies in the tile.
     *
     * @param tile
     *            size along x, y, z
     * @param image
     *            size along x, y, z
     */
    public boolean fits(List<Integer> tile, List<Long> image) {
        return isWide(tile.get(0), image.get(0)) && isWide(tile.get(1), image.get(1));
    }

    private static boolean isWide(int tile, long image) {
        return tile >= NARROWEST || tile >= image;
    }
}
