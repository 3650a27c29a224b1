package org.septum.infer;

import java.util.List;

import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/**
 * Segments scans with a network. The mask has the scan's own grid and geometry. The same scan, plan, engine and options
 * give the same bytes.
 * <p>
 * Memory: 4 bytes × channels × voxels of the working grid for the input (while a channel is resampled also for its
 * copies), 1 byte a voxel for the mask (twice if axes are swapped or flipped), and classes × one tile's depth of slices
 * for the blending; nothing grows with classes × volume.
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
     * beside as well, and the mask is freed of islands.
     *
     * @param scan
     *            with the plan's channels
     * @param plan
     *            that of the engine's network
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     *
     * @throws SeptumException
     *             of kind INPUT if the scan does not fit the plan, CANCELLED if it was stopped, DEVICE if the device
     *             fails
     */
    public LabelMask segment(Scan scan, Plan plan, Progress progress) {
        List<Long> size = List.of(scan.size(0), scan.size(1), scan.size(2));
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), size, plan);
        requireFit(scan, plan, grid);
        progress.throwIfCancelled();
        WorkingVolume volume = WorkingVolume.of(scan, plan, grid);
        MaskAssembly mask = new MaskAssembly(grid.orientedSize(), plan.labels());
        SliceConsumer consumer = grid.keepsVoxels() ? mask
                : new SliceResampling(grid.size(), grid.orientedSize(), mask);
        TileGrid tiles = TileGrid.of(grid.size(), plan.patch(), options.overlap());
        runTiles(volume, tiles, plan, new TileBlending(tiles, plan.labels().count(), consumer),
                new TileProgress("segment " + scan.name(), progress));
        LabelMask made = new LabelMask(mask.onScan(grid), scan.geometry(), plan.labels(), scan.dicom());
        return options.postProcessing() ? PostProcessing.apply(made, plan.postProcessing()) : made;
    }

    private record TileProgress(String task, Progress progress) {

        void report(long done, long total) {
            progress.throwIfCancelled();
            progress.report(task, done, total);
        }
    }

    private void runTiles(WorkingVolume volume, TileGrid tiles, Plan plan, TileBlending blending,
            TileProgress progress) {
        int batch = (int) Math.min(options.batchFor(plan.network().dims()), tiles.count());
        int inputs = Math.multiplyExact(tiles.tileVoxels(), plan.network().inputs());
        int outputs = Math.multiplyExact(tiles.tileVoxels(), plan.labels().count());
        float[] input = new float[Math.multiplyExact(batch, inputs)];
        progress.report(0, tiles.count());
        for (long done = 0; done < tiles.count();) {
            int count = (int) Math.min(batch, tiles.count() - done);
            if (count < batch && input.length > count * inputs)
                input = new float[count * inputs];
            for (int i = 0; i < count; i++)
                volume.copyTile(tiles.tile(done + i), tiles.tile(), input, i * inputs);
            float[] output = engine.probabilities(input, count);
            for (int i = 0; i < count; i++)
                blending.add(tiles.tile(done + i), output, i * outputs);
            done += count;
            progress.report(done, tiles.count());
        }
        blending.finish();
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
