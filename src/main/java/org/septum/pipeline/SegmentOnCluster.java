package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/**
 * Segments folders of scans by processes elsewhere: this one finds the scans, looks at all that can be looked at before
 * the first task, sends recipes and sums up. The tasks have nothing but paths; masks, records and slabs go through the
 * output folder. What comes out is that of {@link SegmentFolders} on one machine, byte by byte.
 */
public final class SegmentOnCluster {

    /** Voxels of a scan that one task segments, unless told otherwise. */
    public static final long MOST_VOXELS = 1L << 29;

    /** Scans that are sent at once: their recipes are in memory. */
    private static final int WAVE = 20_000;

    /** On a network disk, what others have written may be seen so much later. */
    private static final long LATEST_MILLIS = 120_000;

    private static final long LOOK_AGAIN_MILLIS = 500;

    /** Processes elsewhere. Each method returns when all of its tasks are through. */
    public interface Executors {

        /** Has scans segmented by {@link BatchWorker#segment(List, boolean, Progress)}. */
        void segment(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome);

        /** Has slabs segmented by {@link BatchWorker#segment(SlabRecipe, boolean, Progress)}. */
        void segmentSlabs(BatchRecipe recipe, List<SlabRecipe> slabs);

        /** Has scans joined by {@link BatchWorker#join}. */
        void join(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome);
    }

    private final SegmentFolders.Request request;

    private final long mostVoxels;

    private final Executors executors;

    private SegmentOnCluster(SegmentFolders.Request request, long mostVoxels, Executors executors) {
        this.request = request;
        this.mostVoxels = mostVoxels;
        this.executors = executors;
    }

    /**
     * Segments scans.
     *
     * @param mostVoxels
     *            of a scan that one task segments; larger ones are divided
     *
     * @throws SeptumException
     *             as {@link SegmentFolders#run(SegmentFolders.Request, Progress)}; of kind OUTPUT if the disk of the
     *             output folder has no locks
     */
    public static SegmentFolders.Result run(SegmentFolders.Request request, long mostVoxels, Executors executors,
            Progress progress) {
        if (mostVoxels < 1)
            throw SeptumException.usage("scans of " + mostVoxels + " voxels at most for a task; allowed: 1 and more");
        SegmentOnCluster run = new SegmentOnCluster(request, mostVoxels, executors);
        String model;
        try (OpenModel open = OpenModel.open(request.scans().model())) {
            model = open.hash();
        }
        return SegmentFolders.run(request, progress, model, run::divide);
    }

    private void divide(BatchChoice choice, BatchListReader scans, Optional<ScanLocks> locks, BatchProgress counts) {
        Set<String> earlier = choice.records().files();
        BatchRecipe recipe = BatchRecipe.of(request, choice.model(), earlier, mostVoxels);
        List<ScanRecipe> wave = new ArrayList<>();
        while (scans.hasNext()) {
            BatchScan scan = scans.next();
            counts.throwIfCancelled();
            if (!request.shard().holds(scan.scan()))
                continue;
            if (choice.isWanted(scan))
                wave.add(ScanRecipe.of(scan));
            else
                counts.skipped();
            if (wave.size() == WAVE)
                run(recipe, wave, choice, counts);
        }
        if (!wave.isEmpty())
            run(recipe, wave, choice, counts);
    }

    private void run(BatchRecipe recipe, List<ScanRecipe> wave, BatchChoice choice, BatchProgress counts) {
        List<LargeScan> large = new ArrayList<>();
        Consumer<BatchOutcome> count = outcome -> {
            add(outcome, counts);
            large.addAll(outcome.large());
        };
        executors.segment(recipe, List.copyOf(wave), count);
        if (!large.isEmpty()) {
            List<SlabRecipe> slabs = large.stream().flatMap(scan -> scan.slabs().stream()).toList();
            counts.message(large.size() + (large.size() == 1 ? " scan is" : " scans are")
                    + " too large for one task, segmented in " + slabs.size() + " slabs");
            executors.segmentSlabs(recipe, slabs);
            executors.join(recipe, large.stream().map(LargeScan::scan).toList(), count);
            // those of a scan that has changed meanwhile are left
            slabs.stream().map(SlabRecipe::key).distinct()
                    .forEach(key -> SlabFolder.of(request.scans().output(), key).delete());
        }
        awaitRecords(wave, choice.records(), counts);
        wave.clear();
    }

    private static void add(BatchOutcome outcome, BatchProgress counts) {
        for (long i = outcome.before(); i > 0; i--)
            counts.skipped();
        long through = outcome.done() + outcome.failures().size();
        for (long i = 0; i < through; i++) {
            counts.begun();
            counts.finished(outcome.seconds() / through);
            counts.settled(i < outcome.done() ? "" : outcome.failures().get((int) (i - outcome.done())));
        }
    }

    /** Waits until this machine sees what the others have recorded. */
    private static void awaitRecords(List<ScanRecipe> wave, RunRecords records, Progress progress) {
        long until = System.currentTimeMillis() + LATEST_MILLIS;
        List<ScanRecipe> open = wave;
        while (true) {
            records.refresh();
            open = open.stream().filter(scan -> !isThrough(records.stateOfAll(scan.scan()))).toList();
            if (open.isEmpty())
                return;
            if (System.currentTimeMillis() > until) {
                progress.message("no record of " + open.size() + " scans, " + open.get(0).scan()
                        + " the first; is the output folder the same disk everywhere? --resume does them again");
                return;
            }
            progress.throwIfCancelled();
            pause();
        }
    }

    private static boolean isThrough(RunRecords.State state) {
        return state == RunRecords.State.DONE || state == RunRecords.State.FAILED;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped while waiting for records", e);
        }
    }
}
