package org.septum.explain;

import java.util.Arrays;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Occlusion maps (Zeiler, Fergus, ECCV 2014), the slow reference: a cube of the tile is set to 0, the mean of the
 * normalised intensities, and the map says in its voxels how much the mean probability of a class over the voxels that
 * were called so falls; below 0 where it rises. Cubes do not overlap. Costs one run of the network for each cube.
 */
public final class Occlusion implements TileMaps {

    private final ObjectProbability network;

    private final int edge;

    Occlusion(NetworkSpec spec, NamedWeights weights, int label, int edge, NDManager parent) {
        this.network = new ObjectProbability(spec, weights, label, parent);
        this.edge = edge;
    }

    /**
     * Opens it as an engine with one map.
     *
     * @param plan
     *            of the model
     * @param members
     *            weights of its networks
     * @param label
     *            index of the class
     * @param edge
     *            of a cube in voxels of the working grid, at least 1
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     *
     * @throws SeptumException
     *             as {@link GradCam#open} does
     */
    public static MapEngine open(Plan plan, List<NamedWeights> members, int label, int edge, String device) {
        GradCam.requireClass(plan, label);
        if (edge < 1)
            throw SeptumException.usage("cubes of " + edge + " voxels; allowed: 1 and more, usual is 8");
        NDManager manager = GradCam.manager(device);
        return new MapEngine(plan, manager,
                members.stream().map(w -> new Occlusion(plan.network(), w, label, edge, manager)).toList());
    }

    @Override
    public List<String> names() {
        return List.of("occlusion");
    }

    @Override
    public float[] map(float[] tile, Shape shape) {
        int channels = (int) shape.get(1);
        int voxels = tile.length / channels;
        float[] map = new float[voxels];
        boolean[] object = network.object(tile, shape);
        double whole = network.mean(tile, shape, object);
        if (Double.isNaN(whole))
            return map;
        int[] size = size(shape);
        for (int z = 0; z < size[0]; z += edge) {
            for (int y = 0; y < size[1]; y += edge) {
                for (int x = 0; x < size[2]; x += edge) {
                    float[] hidden = tile.clone();
                    for (int c = 0; c < channels; c++)
                        fill(hidden, c * voxels, size, new int[] { z, y, x }, 0);
                    fill(map, 0, size, new int[] { z, y, x }, (float) (whole - network.mean(hidden, shape, object)));
                }
            }
        }
        return map;
    }

    /** Z, Y, X; Z is 1 for a picture. */
    private static int[] size(Shape shape) {
        int n = shape.dimension();
        return new int[] { n == 5 ? (int) shape.get(2) : 1, (int) shape.get(n - 2), (int) shape.get(n - 1) };
    }

    private void fill(float[] values, int offset, int[] size, int[] at, float value) {
        for (int z = at[0]; z < Math.min(size[0], at[0] + edge); z++) {
            for (int y = at[1]; y < Math.min(size[1], at[1] + edge); y++) {
                int row = offset + (z * size[1] + y) * size[2];
                Arrays.fill(values, row + at[2], row + Math.min(size[2], at[2] + edge), value);
            }
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
