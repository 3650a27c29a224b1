package org.septum.infer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;

/**
 * Brings the tiles of one image through the lanes of an engine to the blending. Each lane takes the next batch of
 * tiles, cuts it out of the image and runs it; the results are added strictly in the order of the tiles, so that the
 * image has the same bits however many lanes there are, however large a batch is and whichever lane is the faster.
 * <p>
 * Adding is no work for a thread of its own: the lane whose result is the next one adds it, and what others have laid
 * ready behind it. Results that wait are bounded: two for each lane.
 * <p>
 * Tiles of mere air are not run: they are background for certain.
 * <p>
 * A pass that fails in a lane can go on where it was with other lanes or a smaller batch.
 */
final class TilePass {

    /** Batches that a lane may be ahead of the blending, the one that it runs included. */
    private static final int AHEAD = 2;

    /** Hears how many tiles are added; may throw to stop the pass. */
    @FunctionalInterface
    interface Listener {

        void added(long tiles);
    }

    /** Tiles that follow each other, room for their probabilities, and how many of them are air. */
    private record Batch(long first, int count, float[] probabilities, int air) {
    }

    private final WorkingVolume volume;

    private final TileGrid grid;

    private final TileBlending blending;

    private final Listener listener;

    /** Values of a tile that the network reads. */
    private final int inputs;

    /** Values of a tile that it gives. */
    private final int outputs;

    /** Guards all that follows. */
    private final Object lock = new Object();

    private final Map<Long, Batch> ready = new HashMap<>();

    private final Deque<float[]> free = new ArrayDeque<>();

    /** Tiles before this one have been given to a lane. */
    private long taken;

    /** Tiles before this one are in the image. */
    private long added;

    /** How many of these are air. */
    private long air;

    private boolean isAdding;

    /** Why the lanes stop. */
    private Throwable failure;

    /** True if a tile was perhaps added in part. */
    private boolean isBroken;

    /**
     * @param volume
     *            the image
     * @param channels
     *            of it
     * @param classes
     *            that the network gives
     * @param blending
     *            gets the tiles; it knows their grid
     * @param listener
     *            hears how far it is, from any thread, one at a time
     */
    TilePass(WorkingVolume volume, int channels, int classes, TileBlending blending, Listener listener) {
        this.volume = volume;
        this.grid = blending.grid();
        this.blending = blending;
        this.listener = listener;
        this.inputs = Math.multiplyExact(grid.tileVoxels(), channels);
        this.outputs = Math.multiplyExact(grid.tileVoxels(), classes);
    }

    /** The tiles. */
    TileGrid grid() {
        return grid;
    }

    /** Tiles that are in the image. */
    long added() {
        return added;
    }

    /** Tiles in the image that were not run since they are mere air. */
    long air() {
        return air;
    }

    /** False if a failure left a tile half added: the pass cannot go on. */
    boolean canGoOn() {
        return !isBroken;
    }

    /**
     * Runs all tiles that are not in the image yet. Returns when they are, or throws what made the first lane fail,
     * after all lanes have stopped.
     *
     * @param lanes
     *            of an engine
     * @param batch
     *            tiles a call, at least 1
     */
    void run(List<Engine.Lane> lanes, int batch) {
        prepare(lanes.size(), batch);
        List<Thread> others = new ArrayList<>();
        try {
            for (Engine.Lane lane : lanes.subList(1, lanes.size())) {
                Thread thread = new Thread(() -> runLane(lane, batch), "septum-lane-" + (others.size() + 2));
                thread.setDaemon(true);
                thread.start();
                others.add(thread);
            }
        } catch (OutOfMemoryError e) {
            stop(e);
        }
        runLane(lanes.get(0), batch);
        others.forEach(TilePass::join);
        if (failure instanceof Error e)
            throw e;
        if (failure != null)
            throw (RuntimeException) failure;
        blending.finish();
    }

    private void prepare(int lanes, int batch) {
        ready.clear();
        free.clear();
        failure = null;
        isAdding = false;
        taken = added;
        long batches = (grid.count() - added + batch - 1) / batch;
        for (long i = Math.min((long) AHEAD * lanes, batches); i > 0; i--)
            free.add(new float[Math.multiplyExact(batch, outputs)]);
    }

    /** Waits for a thread that is about to end, whoever interrupts this one. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted)
            Thread.currentThread().interrupt();
    }

    private void stop(Throwable reason) {
        synchronized (lock) {
            if (failure == null)
                failure = reason;
            lock.notifyAll();
        }
    }

    private void runLane(Engine.Lane lane, int size) {
        try {
            float[] input = new float[Math.multiplyExact(size, inputs)];
            for (Batch batch = take(size); batch != null; batch = take(size)) {
                give(run(lane, batch, input));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(new SeptumException(SeptumException.Kind.CANCELLED, "stopped while it waited for a tile", e));
        } catch (RuntimeException | Error e) {
            stop(e);
        }
    }

    /** Runs the tiles that are not air. */
    private Batch run(Engine.Lane lane, Batch batch, float[] input) {
        boolean[] isAir = new boolean[batch.count()];
        int count = 0;
        for (int i = 0; i < isAir.length; i++) {
            TileGrid.Tile tile = grid.tile(batch.first() + i);
            isAir[i] = volume.isAir(tile, grid.tile());
            if (!isAir[i])
                volume.copyTile(tile, grid.tile(), input, count++ * inputs);
        }
        if (count > 0)
            lane.run(input, count, batch.probabilities());
        spread(batch.probabilities(), count, isAir);
        return new Batch(batch.first(), batch.count(), batch.probabilities(), batch.count() - count);
    }

    /** Moves the results of tiles that were run to their places, from the last; those of air become background. */
    private void spread(float[] probabilities, int count, boolean[] isAir) {
        int left = count;
        for (int i = isAir.length - 1; i >= left; i--) {
            if (isAir[i]) {
                Arrays.fill(probabilities, i * outputs, (i + 1) * outputs, 0);
                Arrays.fill(probabilities, i * outputs, i * outputs + grid.tileVoxels(), 1);
            } else {
                System.arraycopy(probabilities, --left * outputs, probabilities, i * outputs, outputs);
            }
        }
    }

    /** The next tiles, or null if there are none or the pass has failed. */
    private Batch take(int size) throws InterruptedException {
        synchronized (lock) {
            while (failure == null && taken < grid.count() && free.isEmpty())
                lock.wait();
            if (failure != null || taken == grid.count())
                return null;
            int count = (int) Math.min(size, grid.count() - taken);
            Batch batch = new Batch(taken, count, free.remove(), 0);
            taken += count;
            return batch;
        }
    }

    /** Lays a result ready; adds it, and those behind it, if it is the next and nobody else is adding. */
    private void give(Batch finished) {
        synchronized (lock) {
            ready.put(finished.first(), finished);
            if (isAdding)
                return;
            isAdding = true;
        }
        for (Batch next = next(); next != null; next = next())
            add(next);
    }

    /** The result to add now; if there is none, somebody else may add. */
    private Batch next() {
        synchronized (lock) {
            Batch next = failure == null ? ready.remove(added) : null;
            isAdding = next != null;
            return next;
        }
    }

    private void add(Batch batch) {
        isBroken = true;
        for (int i = 0; i < batch.count(); i++)
            blending.add(grid.tile(batch.first() + i), batch.probabilities(), i * outputs);
        isBroken = false;
        synchronized (lock) {
            added += batch.count();
            air += batch.air();
            free.add(batch.probabilities());
            lock.notifyAll();
        }
        listener.added(added);
    }
}
