package org.septum.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.position.FunctionRandomAccessible;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Grad-CAM of a box of voxels that a person picked, or of a single voxel. The box is cut into tiles as the scan is: it
 * goes with it as a further channel, 1 inside and 0 outside, which is taken off again before the network.
 */
public final class RegionGradCam implements TileMaps {

    private final GradCam cam;

    private final Plan marked;

    private RegionGradCam(GradCam cam, Plan marked) {
        this.cam = cam;
        this.marked = marked;
    }

    /**
     * Opens what maps why a class was found, or not, in a marked region.
     *
     * @param plan
     *            of the model
     * @param members
     *            weights of its networks
     * @param label
     *            index of the class
     * @param place
     *            where to look
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     *
     * @return takes scans of {@link #marked(Scan, List, List)} under the plan of {@link #marked(Plan)}
     */
    public static MapEngine open(Plan plan, List<NamedWeights> members, int label, GradCam.Place place, String device) {
        GradCam.requireClass(plan, label);
        Plan marked = marked(plan);
        NDManager manager = GradCam.manager(device);
        int node = place.node(plan.network().graph().inUse());
        return new MapEngine(marked, manager, members.stream()
                .map(w -> new RegionGradCam(new GradCam(plan.network(), w, label, node, manager), marked)).toList());
    }

    /** A plan for scans with the region as a further channel. */
    public static Plan marked(Plan plan) {
        List<String> channels = new ArrayList<>(plan.channels());
        channels.add("region");
        List<IntensityNormalization> normalization = new ArrayList<>(plan.normalization());
        normalization.add(new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0, 1.0));
        NetworkSpec network = marked(plan.network(), channels.size() * plan.stack().count());
        return new Plan(plan.version(), plan.dataset(), plan.modality(), channels, plan.labels(), network, plan.grid(),
                plan.spacing(), plan.size(), plan.patch(), normalization, plan.training(), plan.fingerprint(),
                plan.reasons(), plan.slices(), plan.postProcessing(), null);
    }

    /** Stands for a network where only the size of tiles and the number of inputs are asked for. */
    static NetworkSpec marked(NetworkSpec network, int inputs) {
        List<StageSpec> stages = network.stages().stream().map(s -> new StageSpec(s.stride(), 1, 1, 1, 1, 1)).toList();
        return new NetworkSpec(network.dims(), inputs, network.classes(), new PlainEncoder(), new NoAttention(),
                stages);
    }

    /**
     * A scan with a box of it as a further channel.
     *
     * @param min
     *            first voxel along x, y, z
     * @param max
     *            last voxel
     *
     * @throws SeptumException
     *             of kind INPUT if the box is empty or does not lie in the scan
     */
    public static Scan marked(Scan scan, List<Long> min, List<Long> max) {
        for (int d = 0; d < 3; d++) {
            if (min.get(d) < 0 || max.get(d) < min.get(d) || max.get(d) >= scan.size(d)) {
                throw SeptumException.input("voxels " + min + " to " + max + " of scan " + scan.name() + "; it has "
                        + scan.shape() + " voxels, counted from 0, and the first must not lie behind the last");
            }
        }
        RandomAccessibleInterval<FloatType> box = Views.interval(new FunctionRandomAccessible<>(3,
                (at, value) -> value.set(IntStream.range(0, 3).allMatch(
                        d -> at.getLongPosition(d) >= min.get(d) && at.getLongPosition(d) <= max.get(d)) ? 1 : 0),
                FloatType::new), Views.hyperSlice(scan.pixels(), 3, 0));
        List<RandomAccessibleInterval<FloatType>> channels = new ArrayList<>();
        for (int c = 0; c < scan.channels(); c++)
            channels.add(Views.hyperSlice(scan.pixels(), 3, c));
        channels.add(box);
        return new Scan(scan.name(), Views.stack(channels), scan.geometry(), scan.modality(), scan.notes(),
                scan.dicom());
    }

    /** Which input of a network for marked scans is the region, in the slice that is segmented. */
    static int regionChannel(Plan marked) {
        int channels = marked.channels().size();
        return marked.stack().offsets().indexOf(0) * channels + channels - 1;
    }

    @Override
    public List<String> names() {
        return cam.names();
    }

    @Override
    public float[] map(float[] tile, Shape shape) {
        int inputs = (int) shape.get(1);
        int voxels = tile.length / inputs;
        int channels = marked.channels().size();
        float[] scan = new float[(inputs - inputs / channels) * voxels];
        int at = 0;
        for (int i = 0; i < inputs; i++) {
            if (i % channels != channels - 1) {
                System.arraycopy(tile, i * voxels, scan, at, voxels);
                at += voxels;
            }
        }
        float[] region = new float[voxels];
        System.arraycopy(tile, regionChannel(marked) * voxels, region, 0, voxels);
        if (IntStream.range(0, voxels).noneMatch(i -> region[i] > 0))
            return new float[voxels];
        Shape own = new Shape(1, scan.length / voxels);
        for (int d = 2; d < shape.dimension(); d++)
            own = own.add(shape.get(d));
        return cam.map(scan, own, region);
    }

    @Override
    public void close() {
        cam.close();
    }
}
