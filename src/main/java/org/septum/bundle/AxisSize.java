package org.septum.bundle;

import java.util.ArrayList;
import java.util.List;

import org.septum.data.Plan;
import org.septum.model.block.GlobalAverage;

/**
 * Which sizes a spatial axis of the input may have.
 *
 * @param axis
 *            z, y or x
 * @param min
 *            smallest size
 * @param step
 *            other sizes are {@code min} plus a multiple of it; 0 if {@code min} is the only one
 * @param test
 *            size in the test tensors
 */
record AxisSize(String axis, int min, int step, int test) {

    private static final List<String> AXES = List.of("z", "y", "x");

    /** Smaller tiles than this see too little. */
    private static final int SMALLEST_USEFUL = 32;

    /**
     * The axes of a plan's network in tensor order. A network that pools over the whole tile works as trained only on
     * tiles of the size of the training patch, so that is the only size it is offered.
     */
    static List<AxisSize> of(Plan plan) {
        int dims = plan.network().dims();
        boolean fixed = plan.network().graph().nodes().stream().anyMatch(n -> n.layer() instanceof GlobalAverage);
        List<AxisSize> sizes = new ArrayList<>();
        for (int d = 0; d < dims; d++) {
            int patch = plan.patchInTensorOrder().get(d);
            int step = plan.network().sizeDivisor().get(d);
            String axis = AXES.get(AXES.size() - dims + d);
            if (fixed) {
                sizes.add(new AxisSize(axis, patch, 0, patch));
            } else {
                int min = Math.min(patch, (SMALLEST_USEFUL + step - 1) / step * step);
                // unequal sizes along x and y, so that swapped axes show
                int test = axis.equals("x") ? Math.min(patch, min + step) : min;
                sizes.add(new AxisSize(axis, min, step, test));
            }
        }
        return sizes;
    }
}
