package org.septum.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

/**
 * Learns from a training set which tiles are mere air. Every case is brought onto the plan's grid and normalised as the
 * plan says. Air is what stays darker than half way from the darkest surroundings that foreground has anywhere down to
 * where the scans are darkest; if the two are too close, if a tile with foreground in it would count as air, or if no
 * tile of the training set is air, there is no rule.
 */
public final class AirSearch {

    /** How much of the way down from the darkest foreground is kept as a margin. */
    static final double MARGIN = 0.5;

    /** Foreground must be brighter than the darkest voxels by at least so much of a standard deviation. */
    static final double SMALLEST_GAP = 0.1;

    /** What two cores do at a time; more threads would hold more cases in memory. */
    private static final int THREADS = 2;

    private AirSearch() {
    }

    /**
     * A plan with the rule of its training set, or the reason why there is none.
     *
     * @param plan
     *            made for the dataset
     * @param index
     *            the dataset; each case is read once, two at a time
     */
    public static Plan complete(Plan plan, CaseIndex index, Progress progress) {
        if (isOneTile(plan))
            return plan.withAir(null, "none: an image is one tile");
        int n = index.cases().size();
        ExecutorService workers = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "septum-air");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Darkness>> results = index.cases().stream()
                    .map(c -> workers.submit(() -> Darkness.of(PreparedCase.read(c, plan), plan.patch()))).toList();
            List<Darkness> measured = new ArrayList<>();
            for (Future<Darkness> result : results) {
                progress.report("looking for air", measured.size(), n);
                progress.throwIfCancelled();
                measured.add(get(result));
            }
            progress.report("looking for air", n, n);
            return decide(plan, measured);
        } finally {
            workers.shutdownNow();
        }
    }

    /** Single slices that are brought as a whole to no more than the size of a tile. */
    private static boolean isOneTile(Plan plan) {
        boolean single = plan.fingerprint() != null && plan.fingerprint().volumes() == 0;
        return single && !plan.size().isEmpty() && plan.patch().get(0) >= plan.size().get(0)
                && plan.patch().get(1) >= plan.size().get(1);
    }

    private static Darkness get(Future<Darkness> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while looking for air", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SeptumException s)
                throw s;
            throw new SeptumException(SeptumException.Kind.INTERNAL, "looking for air failed: " + e.getCause(), e);
        }
    }

    /** A plan with the rule that follows from its cases. */
    static Plan decide(Plan plan, List<Darkness> cases) {
        double near = cases.stream().mapToDouble(Darkness::nearForeground).min().orElse(Double.NaN);
        double darkest = cases.stream().mapToDouble(Darkness::darkest).max().orElse(Double.NaN);
        if (!(near - darkest >= SMALLEST_GAP) || Double.isInfinite(near)) {
            return plan.withAir(null, Double.isInfinite(near) ? "none: the training set has no foreground"
                    : format("none: foreground gets as dark as the background, %.3g against %.3g sd", near, darkest));
        }
        AirRule rule = new AirRule(near - MARGIN * (near - darkest));
        long tiles = cases.stream().mapToLong(c -> c.tiles().size()).sum();
        long air = cases.stream().mapToLong(c -> airTiles(c, rule, false)).sum();
        long lost = cases.stream().mapToLong(c -> airTiles(c, rule, true)).sum();
        if (lost > 0)
            return plan.withAir(null, "none: " + lost + " tiles with foreground would count as air");
        if (air == 0)
            return plan.withAir(null, "none: no tile of the training set shows air only");
        return plan.withAir(rule,
                format("tiles darker throughout than %.3g sd are air and not run, %.0f %% of those of the training set,"
                        + " none with foreground; the darkest surroundings of foreground reach %.3g, %.0f %% of the way"
                        + " down to the darkest voxels (%.3g) is the margin", rule.below(), 100.0 * air / tiles, near,
                        100 * MARGIN, darkest));
    }

    private static long airTiles(Darkness c, AirRule rule, boolean withForeground) {
        return IntStream.range(0, c.tiles().size())
                .filter(i -> rule.isAir(c.tiles().get(i)) && (!withForeground || c.foreground().get(i))).count();
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
