package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.infer.Engine;
import org.septum.infer.Segmenter;
import org.septum.infer.ThreadCount;

/** Times one pass of a model over a phantom, at every precision that the model has. */
public final class BenchModel {

    /** Slices of the phantom of a 2D network, where nobody says. */
    private static final int SLICES = 4;

    private static final int MEGA = 20;

    /**
     * What to time.
     *
     * @param model
     *            folder or zip, Septum's own or one of others
     * @param shape
     *            voxels of the phantom along x, y, z; empty for two tiles along each axis
     * @param precisions
     *            such as "fp32"; empty for all that the model has
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     */
    public record Request(Path model, List<Integer> shape, List<String> precisions, String device) {

        public Request {
            shape = List.copyOf(shape);
            precisions = List.copyOf(precisions);
            if (!shape.isEmpty() && (shape.size() != 3 || shape.stream().anyMatch(s -> s < 1)
                    || shape.stream().mapToDouble(s -> s).reduce(1, (a, b) -> a * b) > Integer.MAX_VALUE)) {
                throw SeptumException
                        .usage("shape " + shape + "; give three sizes x,y,z from 1, up to 2^31 voxels together");
            }
        }
    }

    /**
     * One timed pass.
     *
     * @param precision
     *            of the network
     * @param seconds
     *            from the phantom in memory to the mask
     * @param tiles
     *            that went through the network
     * @param tilesPerSecond
     *            tiles by seconds
     * @param voxelsPerSecond
     *            voxels of the phantom by seconds
     * @param peakMegabytes
     *            most memory held during the pass
     * @param memory
     *            what that counts: "process" with everything native, "process since its start", or "Java heap"
     * @param engine
     *            what ran it, for people
     */
    public record Pass(String precision, double seconds, long tiles, double tilesPerSecond, double voxelsPerSecond,
            long peakMegabytes, String memory, String engine) {
    }

    /**
     * What was measured.
     *
     * @param model
     *            where it lies
     * @param shape
     *            voxels of the phantom along x, y, z
     * @param tile
     *            along x, y, z
     * @param threads
     *            of the CPU that may be used
     * @param passes
     *            one for each precision
     */
    public record Result(Path model, List<Integer> shape, List<Integer> tile, int threads, List<Pass> passes) {

        public Result {
            shape = List.copyOf(shape);
            tile = List.copyOf(tile);
            passes = List.copyOf(passes);
        }
    }

    private final Request request;

    private final OpenModel open;

    private final Progress progress;

    private final MachineFacts machine = new MachineFacts(Path.of("/"));

    private BenchModel(Request request, OpenModel open, Progress progress) {
        this.request = request;
        this.open = open;
        this.progress = progress;
    }

    /**
     * Times a model.
     *
     * @throws SeptumException
     *             of kind USAGE for a precision that the model does not have, INPUT for a bad model, DEVICE if the
     *             device is missing
     */
    public static Result run(Request request, Progress progress) {
        try (OpenModel open = OpenModel.open(request.model())) {
            return new BenchModel(request, open, progress).run();
        }
    }

    private Result run() {
        Map<String, Path> networks = new TreeMap<>(open.networks());
        for (String precision : request.precisions()) {
            if (!networks.containsKey(precision))
                throw SeptumException
                        .usage("precision " + precision + "; this model has " + String.join(", ", networks.keySet()));
        }
        if (!request.precisions().isEmpty())
            networks.keySet().retainAll(request.precisions());
        List<Integer> shape = request.shape().isEmpty() ? twoTiles(open.plan()) : request.shape();
        List<Pass> passes = new ArrayList<>();
        networks.keySet().forEach(precision -> passes.add(pass(precision, shape)));
        return new Result(request.model(), shape, open.plan().patch(), ThreadCount.available(), passes);
    }

    private static List<Integer> twoTiles(Plan plan) {
        List<Integer> tile = plan.patch();
        return List.of(2 * tile.get(0), 2 * tile.get(1), plan.network().dims() == 2 ? SLICES : 2 * tile.get(2));
    }

    private Pass pass(String precision, List<Integer> shape) {
        SegmentPass way = SegmentPass.DEFAULT.withDevice(request.device()).withPrecision(precision);
        try (Engine engine = way.open(open, progress)) {
            Segmenter segmenter = new Segmenter(engine, way.segmenterOptions(open));
            List<Integer> small = new ArrayList<>(open.plan().patch());
            if (open.plan().network().dims() == 3)
                small.set(2, Math.max(2, small.get(2)));
            segmenter.segment(open.prepared(phantom(small)), open.plan(), Progress.SILENT);
            Scan scan = phantom(shape);
            boolean isFresh = machine.resetPeakMemory();
            TileCount tiles = new TileCount(progress);
            long start = System.nanoTime();
            segmenter.segment(open.prepared(scan), open.plan(), tiles);
            double seconds = (System.nanoTime() - start) / 1e9;
            double voxels = (double) shape.get(0) * shape.get(1) * shape.get(2);
            OptionalLong peak = machine.peakMemory();
            long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            return new Pass(precision, seconds, tiles.total, tiles.total / seconds, voxels / seconds,
                    peak.orElse(heap) >> MEGA,
                    peak.isEmpty() ? "Java heap" : isFresh ? "process" : "process since its start", engine.describe());
        }
    }

    /** Waves of a size that no tile repeats, on the grid of the plan, so that nothing is resampled. */
    private Scan phantom(List<Integer> shape) {
        Plan plan = open.plan();
        return new Scan("phantom", Views.stack(channels(shape, plan.channels().size())), geometry(plan),
                plan.modality(), List.of());
    }

    private static List<RandomAccessibleInterval<FloatType>> channels(List<Integer> shape, int count) {
        List<RandomAccessibleInterval<FloatType>> channels = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            PlanarImg<FloatType, FloatArray> channel = PlanarImgs.floats(shape.get(0), shape.get(1), shape.get(2));
            for (int z = 0; z < shape.get(2); z++) {
                float[] plane = channel.getPlane(z).getCurrentStorageArray();
                for (int i = 0; i < plane.length; i++) {
                    int x = i % shape.get(0);
                    int y = i / shape.get(0);
                    plane[i] = (float) (100 * (Math.sin(0.07 * x + c) + Math.cos(0.05 * y) + Math.sin(0.11 * z)));
                }
            }
            channels.add(channel);
        }
        return channels;
    }

    private static ScanGeometry geometry(Plan plan) {
        List<Double> mm = plan.spacing().stream().map(s -> Double.isNaN(s) ? 1 : s).toList();
        return ScanGeometry.ofSpacing(mm.get(0), mm.get(1), mm.get(2));
    }

    /** Hears how many tiles there are. */
    private static final class TileCount implements Progress {

        private final Progress next;

        private long total;

        TileCount(Progress next) {
            this.next = next;
        }

        @Override
        public void report(String task, long done, long all) {
            total = all;
            next.report(task, done, all);
        }

        @Override
        public void message(String line) {
            next.message(line);
        }

        @Override
        public boolean isCancelled() {
            return next.isCancelled();
        }
    }
}
