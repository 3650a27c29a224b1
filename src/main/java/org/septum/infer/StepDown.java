package org.septum.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

/**
 * Runs the tiles of an image with less at a time when memory runs out, Java's or the device's: half the batch, then one
 * lane, then tiles of half the size, then on the CPU. With a smaller batch or fewer lanes it goes on where it was, and
 * the image keeps its bits; with other tiles or on another device it begins anew. Use once for each image.
 */
final class StepDown {

    private static final Pattern NO_MEMORY = Pattern.compile(
            "failed to allocate|out of memory|bad_alloc|not enough memory|cannot allocate memory|alloc_failed",
            Pattern.CASE_INSENSITIVE);

    /** Tiles of an image that is not begun yet. */
    private static final long NOT_COUNTED = Long.MAX_VALUE;

    /**
     * An image that is being made.
     *
     * @param <R>
     *            what it becomes
     * @param pass
     *            brings its tiles together
     * @param tiles
     *            of the whole image, even if the pass has a part of them: they decide what the engine does
     * @param result
     *            what comes of it
     */
    record Attempt<R>(TilePass pass, long tiles, R result) {
    }

    private final Engine engine;

    /** Size of a tile along x, y, z as long as memory suffices. */
    private final List<Integer> wholeTile;

    private final Progress progress;

    /** The engine on the CPU, once that is needed. */
    private Engine onCpu;

    private Workload work;

    /** Lanes of the last run. */
    private int lanes;

    /** Seconds for a voxel of a tile, as last measured. */
    private double perVoxel = Double.NaN;

    /** When the last run began, and how many tiles were in the image. */
    private long start;

    private long addedAtStart;

    /**
     * @param engine
     *            stays the caller's to close
     * @param tile
     *            size along x, y, z to begin with
     * @param batch
     *            tiles a call to begin with
     * @param progress
     *            hears of every step
     */
    StepDown(Engine engine, List<Integer> tile, int batch, Progress progress) {
        this.engine = engine;
        this.wholeTile = tile;
        this.progress = progress;
        this.work = new Workload(NOT_COUNTED, batch, tile, Integer.MAX_VALUE);
    }

    /**
     * Makes an image.
     *
     * @param divisor
     *            a tile's size along x, y, z must be a multiple of it
     * @param begin
     *            begins the image with tiles of a size; called again for other tiles
     *
     * @return what came of the attempt that reached the end
     *
     * @throws SeptumException
     *             of kind DEVICE if memory does not even suffice for the last step, or what else the pass throws
     */
    <R> R run(List<Integer> divisor, Function<List<Integer>, Attempt<R>> begin) {
        try {
            Attempt<R> attempt = begin(begin);
            while (true) {
                try {
                    run(attempt.pass());
                    return attempt.result();
                } catch (SeptumException | OutOfMemoryError e) {
                    if (!isOutOfMemory(e) || !stepDown(attempt.pass(), divisor))
                        throw e;
                    boolean goesOn = attempt.pass().canGoOn() && attempt.pass().grid().tile().equals(work.tile());
                    if (!goesOn || work.tiles() == NOT_COUNTED)
                        attempt = begin(begin);
                }
            }
        } finally {
            if (onCpu != null)
                onCpu.close();
        }
    }

    private Engine engine() {
        return onCpu == null ? engine : onCpu;
    }

    private <R> Attempt<R> begin(Function<List<Integer>, Attempt<R>> begin) {
        Attempt<R> attempt = begin.apply(work.tile());
        long tiles = attempt.tiles();
        work = new Workload(tiles, (int) Math.min(work.batch(), tiles), work.tile(), work.mostLanes());
        return attempt;
    }

    private void run(TilePass pass) {
        addedAtStart = pass.added();
        start = System.nanoTime();
        List<Engine.Lane> open = engine().lanes(work);
        lanes = open.size();
        pass.run(open, work.batch());
    }

    /** True for too little memory, Java's or an engine's. */
    static boolean isOutOfMemory(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError
                    || cause.getMessage() != null && NO_MEMORY.matcher(cause.getMessage()).find())
                return true;
        }
        return false;
    }

    /** Takes the next step down and tells of it; false if there is none. */
    private boolean stepDown(TilePass pass, List<Integer> divisor) {
        long done = pass.added() - addedAtStart;
        if (done > 0)
            perVoxel = (System.nanoTime() - start) / 1e9 / done / work.tileVoxels();
        double perTile = perVoxel * work.tileVoxels();
        long left = work.tiles() - (pass.canGoOn() ? pass.added() : 0);
        List<Integer> half = half(work.tile(), divisor);
        if (work.batch() > 1) {
            work = work.withBatch(work.batch() / 2);
            say("going on with " + work.batch() + (work.batch() == 1 ? " tile" : " tiles") + " a call", left * perTile);
        } else if (lanes > 1) {
            work = work.withOneLane();
            say("going on with one call at a time instead of " + lanes, left * perTile);
        } else if (!half.equals(work.tile()) && engine().takesOtherTiles()) {
            double whole = work.tiles() * perTile;
            work = new Workload(NOT_COUNTED, 1, half, 1);
            say("beginning again with tiles of " + words(half) + " voxels, which see less around each voxel", whole);
        } else if (toCpu()) {
            work = new Workload(NOT_COUNTED, 1, wholeTile, Integer.MAX_VALUE);
            say("beginning again on the CPU, with tiles of " + words(wholeTile) + " voxels", Double.NaN);
        } else {
            return false;
        }
        return true;
    }

    /** Half the size along the longest axis, rounded down to what the network can take; the same if that is nothing. */
    static List<Integer> half(List<Integer> tile, List<Integer> divisor) {
        int longest = 0;
        for (int d = 1; d < 3; d++)
            if (tile.get(d) > tile.get(longest))
                longest = d;
        int size = tile.get(longest) / 2 / divisor.get(longest) * divisor.get(longest);
        if (size < 2 * divisor.get(longest))
            return tile;
        List<Integer> half = new ArrayList<>(tile);
        half.set(longest, size);
        return half;
    }

    private boolean toCpu() {
        if (onCpu != null)
            return false;
        onCpu = engine.onCpu().orElse(null);
        return onCpu != null;
    }

    private static String words(List<Integer> tile) {
        return tile.get(0) + "×" + tile.get(1) + "×" + tile.get(2);
    }

    private void say(String step, double seconds) {
        String time = Double.isNaN(seconds) ? "how long it takes is not known yet"
                : String.format(Locale.ROOT, "about %.0f s to go", Math.max(1, seconds));
        progress.message("memory ran out on " + engine.device() + "; " + step + " (" + time + ")");
    }
}
