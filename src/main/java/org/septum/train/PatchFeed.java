package org.septum.train;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
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
 * Makes training patches ahead of time in background threads. What step s is fed depends on the seed and on s alone, so
 * a resumed run sees what an undisturbed one would have seen, however many threads there are. One thread asks.
 */
final class PatchFeed implements AutoCloseable {

    /** So many batches are begun before they are asked for, or more if that leaves a thread without work. */
    private static final int AHEAD = 4;

    private final Plan plan;

    private final BatchSchedule schedule;

    private final PatchSampler sampler;

    private final Map<String, Shelf> prepared = new ConcurrentHashMap<>();

    private final Map<Long, List<Future<Sample>>> pending = new HashMap<>();

    private final int ahead;

    private final ExecutorService workers;

    /** A patch, and where it is from. */
    private record Sample(Patch patch, String caseName, boolean finite) {
    }

    /** Holds a case as long as memory lasts; threads that want the same one wait for the first. */
    private static final class Shelf {

        private SoftReference<PreparedCase> held = new SoftReference<>(null);

        synchronized PreparedCase get(DataCase c, Plan plan) {
            PreparedCase found = held.get();
            if (found == null) {
                found = PreparedCase.read(c, plan);
                held = new SoftReference<>(found);
            }
            return found;
        }
    }

    /** With a thread for each processor but one, which the engine needs; with at least one. */
    PatchFeed(Plan plan, List<DataCase> cases) {
        this(plan, cases, Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    }

    PatchFeed(Plan plan, List<DataCase> cases, int threads) {
        this.plan = plan;
        this.schedule = new BatchSchedule(plan, cases);
        this.sampler = new PatchSampler(plan);
        int batch = plan.training().batch();
        this.ahead = Math.max(AHEAD, (2 * threads + batch - 1) / batch);
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "septum-patches");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The batch of a step; the next ones are begun. */
    Batch batch(long step) {
        for (long s = step; s < step + ahead; s++)
            pending.computeIfAbsent(s, this::begin);
        List<Patch> patches = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (Future<Sample> future : pending.remove(step)) {
            Sample sample = result(future);
            if (sample.finite()) {
                patches.add(sample.patch());
                names.add(sample.caseName());
            } else {
                broken.add(sample.caseName());
            }
        }
        return new Batch(patches, names, broken);
    }

    private List<Future<Sample>> begin(long step) {
        List<Future<Sample>> samples = new ArrayList<>();
        for (int i = 0; i < plan.training().batch(); i++) {
            int index = i;
            samples.add(workers.submit(() -> make(step, index)));
        }
        return samples;
    }

    private static Sample result(Future<Sample> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while waiting for a patch", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SeptumException s)
                throw s;
            if (e.getCause() instanceof OutOfMemoryError o)
                throw o;
            throw new SeptumException(SeptumException.Kind.INTERNAL, "making a patch failed: " + e.getCause(), e);
        }
    }

    /** Its generator depends on nothing that came before. */
    private Sample make(long step, int index) {
        Random random = new Random(mix(plan.training().seed(), step, index));
        BatchSchedule.Draw draw = schedule.draw(step, index, random);
        DataCase c = draw.source();
        Patch patch = sampler.sample(prepared(c), draw.classIndex(), random);
        return new Sample(patch, c.name(), isFinite(patch.input()));
    }

    private static boolean isFinite(float[] values) {
        for (float v : values)
            if (!Float.isFinite(v))
                return false;
        return true;
    }

    /** A case in memory; it may be dropped when memory is short, and is then read again. */
    PreparedCase prepared(DataCase c) {
        return prepared.computeIfAbsent(c.name(), name -> new Shelf()).get(c, plan);
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
        workers.shutdownNow();
    }
}
