package org.septum.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.septum.core.SeptumException;

/**
 * Brings widths to what a network may cost, with their ratios kept: all by one factor, each rounded. Widths that the
 * factor would change at once change one after the other, so that the target is met to a channel.
 */
final class WidthFit {

    /** Nothing grows further than this. */
    private static final double MOST = 64;

    private final AdjustableWidths widths;

    private final NetworkCost cost;

    private final List<Integer> floors;

    /**
     * @param floors
     *            what each group has at least
     */
    WidthFit(AdjustableWidths widths, NetworkCost cost, List<Integer> floors) {
        this.widths = widths;
        this.cost = cost;
        this.floors = List.copyOf(floors);
    }

    /**
     * What fits.
     *
     * @param sizes
     *            of the groups
     * @param factor
     *            by which they were multiplied
     */
    record Fitted(List<Integer> sizes, double factor) {

        Fitted {
            sizes = List.copyOf(sizes);
        }
    }

    /** A group gets its next channel at a factor. */
    private record Growth(int group, double factor) {
    }

    /**
     * The widest network of these ratios that costs no more than it may.
     *
     * @throws SeptumException
     *             of kind USAGE if it costs more even with the fewest channels
     */
    Fitted fit(List<Integer> found, double allowed) {
        requireReachable(allowed);
        double reach = 1;
        while (reach < MOST && cost.of(widths.network(after(growths(found, reach), Integer.MAX_VALUE))) <= allowed)
            reach *= 2;
        List<Growth> order = growths(found, reach);
        int low = 0;
        int high = order.size();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (cost.of(widths.network(after(order, middle))) <= allowed)
                low = middle;
            else
                high = middle - 1;
        }
        return new Fitted(after(order, low), low == 0 ? 0 : order.get(low - 1).factor());
    }

    /**
     * Throws an exception of kind USAGE that says how little is possible if the network costs more than allowed even
     * with the fewest channels.
     */
    void requireReachable(double allowed) {
        double least = cost.of(widths.network(floors));
        if (least > allowed) {
            double whole = cost.of(widths.network(widths.sizes()));
            throw SeptumException.usage(String.format(Locale.ROOT,
                    "the target %.3f cannot be reached: with the fewest channels %.3f are left; give that or more",
                    allowed / whole, least / whole));
        }
    }

    /** In which order channels come, from the floors on up to a factor: the next one as soon as it rounds up. */
    private List<Growth> growths(List<Integer> found, double reach) {
        List<Growth> order = new ArrayList<>();
        for (int g = 0; g < found.size(); g++) {
            for (int width = floors.get(g); width + 0.5 <= reach * found.get(g); width++)
                order.add(new Growth(g, (width + 0.5) / found.get(g)));
        }
        order.sort(Comparator.comparingDouble(Growth::factor));
        return order;
    }

    private List<Integer> after(List<Growth> order, int count) {
        List<Integer> sizes = new ArrayList<>(floors);
        order.subList(0, Math.min(count, order.size())).forEach(o -> sizes.set(o.group(), sizes.get(o.group()) + 1));
        return sizes;
    }
}
