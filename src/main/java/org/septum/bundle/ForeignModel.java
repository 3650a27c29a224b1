package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.FileTree;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/**
 * A bioimage.io package that others made, ready to segment. Scans are taken pixel by pixel as they are, unless the
 * network needs more context than the scan has: it is then mirrored at its borders. Pre-processing takes its statistics
 * of the whole scan, or of each slice for a 2D network, which sees a slice as an image.
 */
public final class ForeignModel implements OpenModel {

    private final PackageFolder files;

    private final ForeignRdf rdf;

    private final OnnxFile graph;

    private final TileGeometry tiles;

    private final Plan plan;

    private final Path adapted;

    private final boolean takesOneTile;

    private final ForeignClasses classes;

    private ForeignModel(PackageFolder files, ForeignRdf rdf, OnnxFile graph, TileGeometry tiles) throws IOException {
        this.files = files;
        this.rdf = rdf;
        this.graph = graph;
        this.tiles = tiles;
        this.classes = ForeignClasses.of(rdf.output(), graph);
        AdaptedGraph around = new AdaptedGraph(graph, rdf.input(), rdf.output(), tiles, classes);
        this.takesOneTile = around.takesOneTile();
        this.plan = plan(rdf, tiles, classes);
        byte[] bytes = around.build().toByteArray();
        this.adapted = Files.createTempDirectory("septum-adapted");
        Files.write(onnx(), bytes);
    }

    /** A package that was opened; the result closes it. */
    static ForeignModel of(PackageFolder files) throws IOException {
        try {
            ForeignRdf rdf = ForeignRdf.of(files.rdf());
            Map<String, String> hashes = new LinkedHashMap<>(rdf.hashes());
            hashes.keySet().removeIf(name -> !name.equals(rdf.onnx()) && !Files.exists(files.folder().resolve(name)));
            files.requireHashes(hashes);
            OnnxFile onnx = OnnxFile.read(files, rdf.onnx());
            requireFit(onnx, rdf);
            TileGeometry tiles = TileGeometry.of(rdf.input(), rdf.output(), onnx.inputs().get(0).sizes());
            return new ForeignModel(files, rdf, onnx, tiles);
        } catch (SeptumException e) {
            String what = e.getMessage();
            throw what.startsWith(files.where() + " ") ? e : PackageFolder.unusable(files.where(), what);
        }
    }

    private static void requireFit(OnnxFile onnx, ForeignRdf rdf) {
        if (onnx.inputs().size() != 1)
            throw SeptumException.input(rdf.onnx() + " has " + onnx.inputs().size() + " inputs; allowed: 1");
        requireFit(rdf.onnx(), "input", onnx.inputs().get(0), rdf.input());
        requireFit(rdf.onnx(), "output", onnx.outputs().get(0), rdf.output());
    }

    private static void requireFit(String file, String side, OnnxFile.Port port, ForeignTensor tensor) {
        List<Long> sizes = port.sizes();
        List<String> axes = tensor.axes().stream().map(ForeignAxis::id).toList();
        boolean fits = sizes.size() == axes.size() || side.equals("output") && sizes.isEmpty();
        for (int i = 0; fits && i < sizes.size(); i++) {
            boolean isChannel = tensor.axes().get(i).kind() == ForeignAxis.Kind.CHANNEL;
            boolean isOne = tensor.axes().get(i).kind() == ForeignAxis.Kind.OTHER;
            long wanted = isChannel ? tensor.channels() : isOne ? 1 : sizes.get(i);
            fits = sizes.get(i) == -1 || sizes.get(i) == wanted;
        }
        if (!fits) {
            throw SeptumException.input(file + " has the " + side + " \"" + port.name() + "\" of shape " + sizes
                    + "; rdf.yaml says axes " + axes + " with " + tensor.channels() + " channels");
        }
    }

    private static Plan plan(ForeignRdf rdf, TileGeometry tiles, ForeignClasses classes) {
        int channels = rdf.input().channels();
        int dims = tiles.axes().size();
        List<String> names = new ArrayList<>(rdf.input().channelNames());
        while (names.size() < channels)
            names.add("channel " + names.size());
        List<Integer> patch = new ArrayList<>(tiles.input());
        Collections.reverse(patch);
        if (dims == 2)
            patch.add(1);
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        // a stand-in of one stage: its graph is never built, and it allows tiles of any size
        NetworkSpec network = NetworkSpec.unet(dims, channels, classes.labels().count(), List.of(1), new NoAttention());
        return new Plan(Plan.VERSION, rdf.name(), Modality.OTHER, names, classes.labels(), network, Plan.GridAxes.SCAN,
                Collections.nCopies(3, Double.NaN), patch, Collections.nCopies(channels, asItIs), null, Map.of());
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public Path onnx() {
        return adapted.resolve("adapted.onnx");
    }

    @Override
    public String hash() {
        try {
            return FileHashes.sha256(files.file(files.description()));
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + files.where() + ": " + e, e);
        }
    }

    /** Its name, for people. */
    public String name() {
        return rdf.name();
    }

    /** What it does, in its makers' words. */
    public String description() {
        return rdf.description();
    }

    /** Its licence; may be empty. */
    public String licence() {
        return rdf.licence();
    }

    /** Version of bioimage.io's model format. */
    public String format() {
        return rdf.format();
    }

    PackageFolder files() {
        return files;
    }

    ForeignRdf rdf() {
        return rdf;
    }

    OnnxFile graph() {
        return graph;
    }

    ForeignClasses classes() {
        return classes;
    }

    /** Number of values in the constants of its graph, most of them trained. */
    public long parameters() {
        return graph.model().getGraph().getInitializerList().stream()
                .mapToLong(t -> Safetensors.elements(t.getDimsList())).sum();
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(List.of(classes.note()));
        int[] used = new int[tiles.axes().size()];
        for (int d = 0; d < used.length; d++)
            used[d] = tiles.used(d);
        notes.add("tiles of " + tiles.input() + ", of which " + Arrays.toString(used) + " are used");
        return notes;
    }

    @Override
    public Scan prepared(Scan scan) {
        boolean fits = scan.channels() == plan.channels().size() && (plan.network().dims() == 2 || scan.isVolume());
        if (!fits)
            return scan;
        ScanValues values = new ScanValues(scan.pixels(), plan.network().dims() == 2);
        rdf.input().steps().forEach(values::apply);
        RandomAccessibleInterval<FloatType> pixels = values.pixels();
        long[] min = new long[4];
        long[] max = new long[4];
        for (int d = 0; d < 4; d++) {
            min[d] = -before(d, scan);
            max[d] = scan.pixels().dimension(d) - 1 + after(d, scan);
        }
        FinalInterval wanted = new FinalInterval(min, max);
        boolean isSame = wanted.numDimensions() == 4 && Arrays.equals(min, new long[4])
                && Arrays.equals(max, scan.pixels().maxAsLongArray());
        RandomAccessibleInterval<FloatType> padded = isSame ? pixels
                : Views.zeroMin(Views.interval(Views.extendMirrorDouble(pixels), wanted));
        return new Scan(scan.name(), padded, scan.geometry(), scan.modality(), scan.notes(), scan.dicom());
    }

    /** Place of an axis x, y, z, channel in the tile geometry; -1 if it has none. */
    private int inTile(int axis) {
        return axis > 2 || axis >= tiles.axes().size() ? -1 : tiles.axes().size() - 1 - axis;
    }

    private long before(int axis, Scan scan) {
        int d = inTile(axis);
        return d < 0 ? 0 : tiles.before(d) + missing(axis, scan) / 2;
    }

    private long after(int axis, Scan scan) {
        int d = inTile(axis);
        return d < 0 ? 0 : tiles.after(d) + missing(axis, scan) - missing(axis, scan) / 2;
    }

    /** Voxels that the scan lacks to fill what is used of one tile. */
    private long missing(int axis, Scan scan) {
        return Math.max(0, tiles.used(inTile(axis)) - scan.pixels().dimension(axis));
    }

    @Override
    public LabelMask finished(LabelMask mask, Scan scan) {
        long[] min = corner(scan);
        return new LabelMask(
                Views.offsetInterval(mask.pixels(), min, new long[] { scan.size(0), scan.size(1), scan.size(2) }),
                scan.geometry(), mask.labels(), scan.dicom());
    }

    /** Where the scan begins in what was prepared of it. */
    private long[] corner(Scan scan) {
        return new long[] { before(0, scan), before(1, scan), before(2, scan) };
    }

    /**
     * Where the halo of a tile lies its network gives zeros for every class, which weigh like probabilities as tiles
     * are blended. Divided by the sum over the classes what is left is the blend of the tiles that do give some.
     */
    @Override
    public ProbabilityMap finished(ProbabilityMap map, Scan scan) {
        long[] min = Arrays.copyOf(corner(scan), 4);
        long[] size = { scan.size(0), scan.size(1), scan.size(2), map.labels().count() };
        RandomAccessibleInterval<FloatType> inner = Views.offsetInterval(map.pixels(), min, size);
        return new ProbabilityMap(ClassShares.of(inner), scan.geometry(), map.labels());
    }

    @Override
    public double overlap(double wanted) {
        double overlap = wanted;
        for (int d = 0; d < tiles.axes().size(); d++)
            overlap = Math.max(overlap, 1 - tiles.used(d) * (1 - wanted) / tiles.input().get(d));
        return overlap;
    }

    @Override
    public int mostTiles() {
        return takesOneTile ? 1 : 0;
    }

    @Override
    public void close() {
        files.close();
        FileTree.deleteQuietly(adapted);
    }
}
