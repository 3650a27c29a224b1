package org.septum.infer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ByteStore;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/**
 * Segments scans with a network. The mask has the scan's own grid and geometry. The same scan, plan, engine and options
 * give the same bytes, however many threads there are and however large a batch is.
 * <p>
 * Memory: slices of the working grid for the depth of two tiles, and classes × one tile's depth of slices for the
 * blending; nothing of it grows with the depth of the scan. The mask, 1 byte a voxel, lies in a {@link Workspace}.
 */
public final class Segmenter {

    private final Engine engine;

    private final SegmenterOptions options;

    /** The engine stays the caller's to close. */
    public Segmenter(Engine engine, SegmenterOptions options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Segments one scan. A 2D network goes through a volume slice by slice; if the plan says so, it sees the slices
     * beside as well, tiles of mere air are background without a run, and the mask is freed of islands.
     *
     * @param scan
     *            with the plan's channels
     * @param plan
     *            that of the engine's network
     * @param progress
     *            hears of every batch of tiles, from any thread, and is asked between them whether to stop
     *
     * @throws SeptumException
     *             of kind INPUT if the scan does not fit the plan, CANCELLED if it was stopped, DEVICE if the device
     *             fails
     */
    public LabelMask segment(Scan scan, Plan plan, Progress progress) {
        return segment(scan, plan, Workspace.ofHeap(), progress);
    }

    /**
     * Segments one scan in bounded memory.
     *
     * @param scan
     *            with the plan's channels
     * @param plan
     *            that of the engine's network
     * @param space
     *            holds the mask, which must not be looked at once it is closed
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     *
     * @throws SeptumException
     *             as the other method does; of kind OUTPUT if a temporary file is needed and the disk is full
     */
    public LabelMask segment(Scan scan, Plan plan, Workspace space, Progress progress) {
        progress.throwIfCancelled();
        return segment(prepare(scan, plan, space), progress);
    }

    /**
     * What can be done before the network is free: checks that a scan fits and, if its normalisation comes from the
     * scan, reads it once. Needs no engine; may run beside a segmentation.
     *
     * @param scan
     *            with the plan's channels
     * @param plan
     *            that of the engine's network
     * @param space
     *            holds intermediate data and the mask
     *
     * @throws SeptumException
     *             of kind INPUT if the scan does not fit the plan
     */
    public PreparedScan prepare(Scan scan, Plan plan, Workspace space) {
        List<Long> size = List.of(scan.size(0), scan.size(1), scan.size(2));
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), size, plan);
        requireFit(scan, plan, grid);
        return new PreparedScan(scan, plan, grid, space, options.crop() ? plan.air() : null);
    }

    /**
     * Segments a scan that was prepared.
     *
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     */
    public LabelMask segment(PreparedScan prepared, Progress progress) {
        return segment(prepared, false, progress).mask();
    }

    /**
     * Segments a scan that was prepared.
     *
     * @param probabilities
     *            whether those of all classes are kept: 4 bytes × classes × voxels in the scan's workspace
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     */
    public Segmentation segment(PreparedScan prepared, boolean probabilities, Progress progress) {
        progress.throwIfCancelled();
        Segmentation made = run(prepared, prepared.whole(), progress, "segment " + prepared.scan().name(), () -> {
            SlicesOnScan slices = new SlicesOnScan(prepared, probabilities, 0);
            return new Outlet<>(prepared.plan().labels().count(), slices, slices::segmentation);
        });
        return options.postProcessing() ? made.postProcessed(prepared.plan().postProcessing()) : made;
    }

    /**
     * Segments a scan with an engine that gives maps of each tile behind the probabilities of the classes, in one pass.
     * In tiles that are left out as air the maps are 0.
     *
     * @param prepared
     *            the scan
     * @param count
     *            how many maps
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     */
    public MappedSegmentation segmentWithMaps(PreparedScan prepared, int count, Progress progress) {
        progress.throwIfCancelled();
        MappedSegmentation made = run(prepared, prepared.whole(), progress, "segment and map " + prepared.scan().name(),
                () -> {
                    SlicesOnScan slices = new SlicesOnScan(prepared, true, count);
                    return new Outlet<>(prepared.plan().labels().count() + count, slices,
                            () -> new MappedSegmentation(slices.segmentation(), slices.maps()));
                });
        return options.postProcessing()
                ? new MappedSegmentation(made.segmentation().postProcessed(prepared.plan().postProcessing()),
                        made.maps())
                : made;
    }

    /**
     * Puts maps of tiles other than probabilities, such as explanations, on the scan's grid: cut, blended and resampled
     * as the mask is, in the same bounded memory. No tile is left out as air.
     *
     * @param scan
     *            with the plan's channels
     * @param plan
     *            says how the scan is brought before the engine
     * @param space
     *            holds the maps, 4 bytes × maps × voxels; they must not be looked at once it is closed
     * @param count
     *            how many maps this engine gives in place of classes
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     *
     * @return the maps on the grid of the scan, axes x, y, z, map
     *
     * @throws SeptumException
     *             as {@link #segment(Scan, Plan, Workspace, Progress)} does
     */
    public RandomAccessibleInterval<FloatType> maps(Scan scan, Plan plan, Workspace space, int count,
            Progress progress) {
        progress.throwIfCancelled();
        PreparedScan prepared = new Segmenter(engine, options.withCrop(false)).prepare(scan, plan, space);
        return run(prepared, prepared.whole(), progress, "map " + scan.name(), () -> {
            ProbabilityAssembly slices = new ProbabilityAssembly(new ScanOrder(prepared.grid()), count, space);
            return new Outlet<>(count, slices, slices::onScan);
        });
    }

    /** The labels of a slab of a scan, 1 byte a voxel: slices along the working axes, in the scan's workspace. */
    ByteStore labels(PreparedScan prepared, Slab slab, Progress progress) {
        progress.throwIfCancelled();
        String task = "segment " + prepared.scan().name() + ", slices " + slab.first() + " to " + (slab.end() - 1);
        return run(prepared, slab, progress, task, () -> {
            SlabLabels slices = new SlabLabels(prepared, slab);
            return new Outlet<>(prepared.plan().labels().count(), slices, slices::store);
        });
    }

    /** Brings the tiles of a slab before the engine; the outlet is asked for whenever that begins. */
    private <R> R run(PreparedScan prepared, Slab slab, Progress progress, String task, Supplier<Outlet<R>> outlets) {
        TileProgress listener = new TileProgress(task, progress, 0);
        Plan plan = prepared.plan();
        return steps(plan, progress).run(divisor(plan), tile -> attempt(prepared, slab, tile, outlets.get(), listener))
                .get();
    }

    private StepDown steps(Plan plan, Progress progress) {
        int batch = options.batch() > 0 ? options.batch() : engine.batch();
        return new StepDown(engine, plan.patch(), batch, progress);
    }

    private <R> StepDown.Attempt<Supplier<R>> attempt(PreparedScan prepared, Slab slab, List<Integer> tile,
            Outlet<R> outlet, TileProgress progress) {
        WorkingGrid grid = prepared.grid();
        boolean same = grid.keepsVoxels();
        Slab working = same ? slab : slab.source(grid.size().get(2), grid.orientedSize().get(2));
        SliceConsumer consumer = same ? outlet.slices()
                : new SliceResampling(grid.size(), grid.orientedSize(), slab, outlet.slices());
        TileGrid all = TileGrid.of(grid.size(), tile, options.overlap());
        TileGrid tiles = all.reaching(working);
        TileProgress listener = progress.of(tiles.count());
        listener.added(0);
        TilePass pass = new TilePass(prepared.volume(), prepared.plan().network().inputs(), outlet.maps(),
                new TileBlending(tiles, working, outlet.maps(), consumer), listener);
        return new StepDown.Attempt<>(pass, all.count(), () -> {
            progress.tellOfAir(pass.air(), tiles.count());
            return outlet.result().get();
        });
    }

    /**
     * Where finished slices go.
     *
     * @param maps
     *            values of each voxel
     * @param slices
     *            takes them, on the scan's grid
     * @param result
     *            what has become of them
     */
    private record Outlet<R>(int maps, SliceConsumer slices, Supplier<R> result) {
    }

    /** What the size of a tile along x, y, z must be a multiple of. */
    private static List<Integer> divisor(Plan plan) {
        List<Integer> divisor = new ArrayList<>(plan.network().sizeDivisor());
        Collections.reverse(divisor);
        if (divisor.size() == 2)
            divisor.add(1);
        return divisor;
    }

    private record TileProgress(String task, Progress progress, long tiles) implements TilePass.Listener {

        @Override
        public void added(long done) {
            progress.throwIfCancelled();
            progress.report(task, done, tiles);
        }

        void tellOfAir(long air, long count) {
            if (air > 0)
                progress.message(String.format(Locale.ROOT, "%s: %.0f %% of the tiles show air only and were not run",
                        task, 100.0 * air / count));
        }

        TileProgress of(long count) {
            return new TileProgress(task, progress, count);
        }
    }

    private static void requireFit(Scan scan, Plan plan, WorkingGrid grid) {
        if (plan.network().dims() == 3 && !scan.isVolume()) {
            throw SeptumException.input("scan " + scan.name() + " is a 2D image of " + scan.size(0) + "×" + scan.size(1)
                    + " pixels; the model is 3D and needs a volume of several slices: give a DICOM series, a NIfTI file"
                    + " or a stack, or use a 2D model");
        }
        if (scan.channels() != plan.channels().size()) {
            throw SeptumException.input("scan " + scan.name() + " has " + channels(scan.channels())
                    + "; the model needs " + channels(plan.channels().size()) + " ("
                    + String.join(", ", plan.channels()) + "): give a scan with these channels or use another model");
        }
        for (int d = 0; d < 3; d++) {
            int axis = grid.permutation().get(d);
            boolean known = !Double.isNaN(scan.geometry().spacing().get(axis)) || scan.size(axis) == 1;
            if (!known && !Double.isNaN(plan.spacing().get(d))) {
                throw SeptumException.input("scan " + scan.name() + " has no voxel size; the model works at "
                        + plan.spacing() + " mm: give a calibrated file (DICOM, NIfTI, a TIFF with pixel size) or set"
                        + " the voxel size of the image first");
            }
        }
    }

    private static String channels(int n) {
        return n == 1 ? "1 channel" : n + " channels";
    }
}
