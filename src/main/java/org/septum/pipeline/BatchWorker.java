package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.infer.Engine;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.infer.SlabSegmenter;
import org.septum.io.LibraryLogging;
import org.septum.io.ScanFiles;

/**
 * Segments scans of a batch in a process that takes part in it: with the model open, by the same code as a run on one
 * machine, under the same locks and with the same records. One task at a time.
 */
public final class BatchWorker implements AutoCloseable {

    private final BatchRecipe recipe;

    private final SegmentFolders.Request request;

    /** Whoever takes part goes on with what others have begun. */
    private final SegmentScans.Request scans;

    private final OpenModel model;

    private final Engine engine;

    private final SegmenterOptions options;

    private final RunRecords records;

    private final ScanLocks locks;

    private final BatchChoice choice;

    private BatchWorker(BatchRecipe recipe, OpenModel model, Engine engine, RunRecords records, ScanLocks locks) {
        this.recipe = recipe;
        this.request = recipe.request();
        this.scans = request.scans().withOverwrite(true);
        this.model = model;
        this.engine = engine;
        this.options = request.scans().pass().segmenterOptions(model);
        this.records = records;
        this.locks = locks;
        this.choice = new BatchChoice(request, recipe.hash(), BatchOptions.hash(request.scans()), records);
    }

    /**
     * Opens the model of a batch.
     *
     * @throws SeptumException
     *             of kind INPUT if the model is not the one that the batch began with or cannot be opened, DEVICE if
     *             the device is not there, OUTPUT if the output folder is not there
     */
    static BatchWorker open(BatchRecipe recipe, Progress progress) {
        LibraryLogging.quiet();
        Path output = Path.of(recipe.output());
        OpenModel model = OpenModel.open(Path.of(recipe.model()));
        Engine engine = null;
        ScanLocks locks = null;
        try {
            if (!model.hash().equals(recipe.hash()))
                throw SeptumException.input("the model " + recipe.model()
                        + " is another one here than where the run began; all machines must see the same files");
            engine = recipe.pass().open(model, progress);
            locks = ScanLocks.open(output);
            return new BatchWorker(recipe, model, engine, RunRecords.open(output, recipe.earlier()), locks);
        } catch (RuntimeException | Error e) {
            if (locks != null)
                locks.close();
            if (engine != null)
                engine.close();
            model.close();
            throw e;
        }
    }

    /** The batch it takes part in. */
    BatchRecipe recipe() {
        return recipe;
    }

    /**
     * Segments scans that nobody else has in hand or has segmented.
     *
     * @param lastTry
     *            true if other processes have died at this task: scans that they had in hand have failed then
     *
     * @return with those that are too large for one task
     *
     * @throws SeptumException
     *             if something is the matter with more than one scan, or CANCELLED
     */
    public BatchOutcome segment(List<ScanRecipe> recipes, boolean lastTry, Progress progress) {
        return segment(recipes, lastTry, progress, (queue, segmenter) -> {
            SplitQueue split = new SplitQueue(queue, choice, model.plan(), recipe.mostVoxels());
            try (SegmentStages stages = new SegmentStages(scans, model, segmenter,
                    SegmentScans.judge(scans, model, engine, progress), progress)) {
                run(stages, split);
            }
            return split.large();
        });
    }

    /**
     * Joins scans whose slabs are segmented; what went wrong with a slab goes wrong with its scan.
     *
     * @param lastTry
     *            as above
     *
     * @throws SeptumException
     *             if something is the matter with more than one scan, or CANCELLED
     */
    public BatchOutcome join(List<ScanRecipe> recipes, boolean lastTry, Progress progress) {
        return segment(recipes, lastTry, progress, (queue, segmenter) -> {
            Optional<JudgeMasks> judge = SegmentScans.judge(scans, model, engine, progress);
            JoinQueue join = new JoinQueue(queue, choice, model, recipe.mostVoxels(),
                    new SlabSegmenter(engine, options), (job, scan) -> segmenter.segment(scan,
                            scans.outputs().probabilities() || judge.isPresent(), progress));
            try (SegmentStages stages = new SegmentStages(scans, model, segmenter, judge, progress, join)) {
                run(stages, join);
            }
            return List.of();
        });
    }

    /** Takes a queue through; gives what is left of it. */
    private interface Work {

        List<LargeScan> run(BatchQueue queue, Segmenter segmenter);
    }

    private BatchOutcome segment(List<ScanRecipe> recipes, boolean lastTry, Progress progress, Work work) {
        BatchProgress counts = new BatchProgress(progress, recipes.size(), new BatchMetrics(Optional.empty()));
        Optional<ScanLocks> usable = locks.whyNone().isEmpty() ? Optional.of(locks) : Optional.empty();
        List<LargeScan> large = List.of();
        try (BatchQueue queue = new BatchQueue(choice, recipes.stream().map(ScanRecipe::batchScan).iterator(), usable,
                counts)) {
            if (lastTry)
                queue.giveUpBegun();
            if (queue.hasNext())
                large = work.run(queue, new Segmenter(engine, options));
        }
        BatchProgress.Counts c = counts.counts();
        return new BatchOutcome(c.done(), counts.failures(), c.before(), c.seconds(), large);
    }

    private static void run(SegmentStages stages, SegmentQueue queue) {
        stages.run(queue, result -> {
            // the queue records it
        });
    }

    /**
     * Segments a slab of a scan. What is the matter with the scan is kept beside its slabs, for whoever joins them.
     *
     * @param lastTry
     *            true if other processes have died at it: it is given up then
     *
     * @throws SeptumException
     *             if something is the matter with more than one scan, or CANCELLED
     */
    public void segment(SlabRecipe recipe, boolean lastTry, Progress progress) {
        SlabFolder folder = SlabFolder.of(scans.output(), recipe.key());
        if (folder.holds(recipe.slab()))
            return;
        if (lastTry) {
            folder.writeProblem(recipe.slab(), BatchQueue.GIVEN_UP);
            return;
        }
        SegmentJob job = recipe.job(request.scans().options());
        try (Workspace space = Workspace.of(new MemoryBudget(scans.pass().memory()).workspace(), scans.output())) {
            Scan scan = model.prepared(ScanFiles.read(job.source().path(), job.options(), space));
            PreparedScan prepared = new Segmenter(engine, options).prepare(scan, model.plan(), space);
            folder.write(recipe.slab(),
                    labels -> new SlabSegmenter(engine, options).segment(prepared, recipe.slab(), labels, progress));
        } catch (RuntimeException | OutOfMemoryError e) {
            folder.writeProblem(recipe.slab(), SegmentStages.failed(job, e).problem());
        }
    }

    @Override
    public void close() {
        engine.close();
        locks.close();
        records.close();
        model.close();
    }

    /**
     * Does something with a worker of a batch. The model of a batch is opened once in a process, or once for each of
     * the tasks that run in it at the same time; it stays open for the next task.
     */
    public static <T> T with(BatchRecipe recipe, Progress progress, Function<BatchWorker, T> task) {
        return IdleWorkers.with(recipe, progress, task);
    }

    /** Closes the models that no task uses. */
    public static void closeIdle() {
        IdleWorkers.close();
    }
}
