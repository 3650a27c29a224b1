package org.septum.data;

import java.util.List;

import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;
import org.septum.model.NetworkSpec;

/** What the parts of a {@link Plan} must have in common. */
final class PlanRules {

    private static final int SMALLEST_SIZE = 8;

    private static final int LARGEST_SIZE = 8192;

    /** Voxels of a patch that no training can hold, such as 512³: a larger one is a slip or an attack. */
    private static final long LARGEST_PATCH = 1L << 27;

    private PlanRules() {
    }

    static void requireUsableSize(List<Integer> size, int dims) {
        if (size.isEmpty())
            return;
        if (dims != 2) {
            throw SeptumException.input("plan with size " + size + " and a 3D network; only 2D networks see slices of"
                    + " one size: leave size out, or plan with dims 2");
        }
        if (size.size() != 2 || size.stream().anyMatch(s -> s == null || s < SMALLEST_SIZE || s > LARGEST_SIZE)) {
            throw SeptumException.input("plan with size " + size
                    + "; give two numbers of pixels, for x and y, each from " + SMALLEST_SIZE + " to " + LARGEST_SIZE);
        }
    }

    static void requireGiven(List<?> namesAndValues) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i + 1) == null)
                throw SeptumException.input("plan without " + namesAndValues.get(i) + "; it must be given");
        }
    }

    /** One input for each channel of each slice that is seen, one output for each class. */
    static void requireInputs(List<String> channels, List<Integer> slices, ClassLabels labels, NetworkSpec network) {
        int seen = slices.isEmpty() ? 1 : new SliceStack(slices).count();
        if (seen > 1 && network.dims() != 2) {
            throw SeptumException.input("plan with slices " + slices + " and a 3D network; only 2D networks see slices"
                    + " as channels: leave slices out, or plan with dims 2.5");
        }
        if (network.inputs() != channels.size() * seen || network.classes() != labels.count()) {
            throw SeptumException.input(
                    "plan with a network of " + network.inputs() + " inputs and " + network.classes() + " classes for "
                            + channels.size() + " channels" + (seen > 1 ? " of " + seen + " slices" : "") + " and "
                            + labels.count() + " labels; the numbers must agree");
        }
    }

    static void requirePatch(NetworkSpec network, List<Double> spacing, List<Integer> patch) {
        if (spacing.size() != 3 || patch.size() != 3) {
            throw SeptumException.input("plan with spacing " + spacing + " and patch " + patch
                    + "; each needs three values, for x, y and z");
        }
        if (spacing.stream().anyMatch(s -> s <= 0 || s.isInfinite())) {
            throw SeptumException.input("plan with spacing " + spacing
                    + " mm; each value must be positive, or NaN to leave an axis as it is");
        }
        if (network.dims() == 2 && patch.get(2) != 1) {
            throw SeptumException.input("plan with a 2D network and patch " + patch + "; its third value must be 1");
        }
        for (int d = 0; d < network.dims(); d++) {
            int divisor = network.sizeDivisor().get(network.dims() - 1 - d);
            if (patch.get(d) < 1 || patch.get(d) % divisor != 0) {
                throw SeptumException.input("plan with patch " + patch + "; value " + (d + 1)
                        + " must be a positive multiple of " + divisor);
            }
        }
        if ((double) patch.get(0) * patch.get(1) * patch.get(2) > LARGEST_PATCH) {
            throw SeptumException.input("plan with patch " + patch + "; it may have at most " + LARGEST_PATCH
                    + " voxels, such as 512×512×512");
        }
    }
}
