package org.septum.model.block;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which positions of one of its inputs an output position of a layer depends on. Positions are counted as if the input
 * had no border.
 *
 * @param local
 *            whether it depends on a neighbourhood, the windows
 * @param global
 *            whether it depends on every position, as means over a whole tile do
 * @param windows
 *            the neighbourhood along each spatial axis, in tensor order; empty for the position itself
 */
public record Reach(boolean local, boolean global, List<Window> windows) {

    /**
     * A neighbourhood along one axis: output position o depends on the input positions from ⌊(o · step - before) /
     * factor⌋ to ⌊(o · step + after) / factor⌋.
     *
     * @param step
     *            divided by the factor: how many input positions the window moves from one output position to the next
     * @param factor
     *            1 where the size shrinks or stays; more where it grows
     * @param before
     *            how far the window reaches to lower positions, in 1/factor of a position
     * @param after
     *            how far it reaches to higher positions, in the same unit
     */
    public record Window(int step, int factor, int before, int after) {

        public Window {
            if (step < 1 || factor < 1 || before + after < 0) {
                throw new IllegalArgumentException("window from -" + before + " to " + after + " with step " + step
                        + "/" + factor + "; step and factor must be at least 1, and it must not end before it starts");
            }
        }

        /** The lowest input position that this output position depends on. */
        public long first(long position) {
            return Math.floorDiv(position * step - before, (long) factor);
        }

        /** The highest input position that this output position depends on. */
        public long last(long position) {
            return Math.floorDiv(position * step + after, (long) factor);
        }
    }

    /** On the same position, and no other. */
    public static final Reach POSITION = new Reach(true, false, List.of());

    /** On all positions alike. */
    public static final Reach EVERYTHING = new Reach(false, true, List.of());

    /** On the same position more than on others, as where it is normalised by a mean over all. */
    public static final Reach POSITION_AND_EVERYTHING = new Reach(true, true, List.of());

    /** On no value of the input, only on its size. */
    public static final Reach NOTHING = new Reach(false, false, List.of());

    public Reach {
        windows = List.copyOf(windows);
    }

    /** Windows around the middle: odd sizes, one step for each output position. */
    public static Reach centred(List<Integer> sizes, List<Integer> steps) {
        return of(IntStream.range(0, sizes.size())
                .mapToObj(d -> new Window(steps.get(d), 1, sizes.get(d) / 2, sizes.get(d) / 2)).toList());
    }

    /** A neighbourhood and nothing else. */
    public static Reach of(List<Window> windows) {
        return new Reach(true, false, windows);
    }

    /** The window along an axis, counted from 0 in tensor order. */
    Window window(int axis) {
        return windows.isEmpty() ? new Window(1, 1, 0, 0) : windows.get(axis);
    }
}
