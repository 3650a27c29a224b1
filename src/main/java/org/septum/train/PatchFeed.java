package org.septum.train;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.septum.core.SeptumException;
import org.septum.data.BatchSchedule;
import org.septum.data.DataCase;
import org.septum.data.Patch;
import org.septum.data.PatchSampler;
import org.septum.data.Plan;
import org.septum.data.PreparedCase;

/**
 * Makes training patches ahead of time in a background thread. What step s is fed depends on the seed and on s alone,
 * so a resumed run sees what an undisturbed one would have seen.
 */
final class PatchFeed implements AutoCloseable {

    private static final int AHEAD = 4;

    private final Plan plan;

    private final BatchSchedule schedule;

    private final PatchSampler sampler;

    private final Map<String, SoftReference<PreparedCase>> prepared = new ConcurrentHashMap<>();

    private final Map<Long, Future<List<Patch>>> pending = new ConcurrentHashMap<>();

    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "septum-patches");
        thread.setDaemon(true);
        return thread;
    });

    PatchFeed(Plan plan, List<DataCase> cases) {
        this.plan = plan;
        this.schedule = new BatchSchedule(plan, cases);
        this.sampler = new PatchSampler(plan);
    }

    /** The batch of a step; the next ones are begun. */
    List<Patch> batch(long step) {
        for (long s = step; s < step + AHEAD; s++) {
            pending.computeIfAbsent(s, k -> worker.submit(() -> make(k)));
        }
        try {
            return pending.remove(step).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while waiting for a patch", e);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof SeptumException s)
                throw s;
            throw new SeptumException(SeptumException.Kind.INTERNAL, "making a patch failed: " + e.getCause(), e);
        }
    }

    private List<Patch> make(long step) {
        List<Patch> batch = new ArrayList<>();
        for (int i = 0; i < plan.training().batch(); i++) {
            Random random = generator(step, i);
            BatchSchedule.Draw draw = schedule.draw(step, i, random);
            batch.add(sampler.sample(prepared(draw.source()), draw.classIndex(), random));
        }
        return batch;
    }

    /** The generator of one patch, so that it depends on nothing that came before. */
    private Random generator(long step, int index) {
        return new Random(mix(plan.training().seed(), step, index));
    }

    /** A case in memory; it may be dropped when memory is short, and is then read again. */
    PreparedCase prepared(DataCase c) {
        SoftReference<PreparedCase> held = prepared.get(c.name());
        PreparedCase found = held == null ? null : held.get();
        if (found == null) {
            found = PreparedCase.read(c, plan);
            prepared.put(c.name(), new SoftReference<>(found));
        }
        return found;
    }

    /** Scrambles the three numbers into a seed (splitmix64's finaliser). */
    static long mix(long seed, long step, int index) {
        long h = seed * 0x9e3779b97f4a7c15L + step * 0xbf58476d1ce4e5b9L + index * 0x94d049bb133111ebL;
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
