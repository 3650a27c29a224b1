package org.septum.explain;

import java.util.Arrays;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.infer.Engine;
import org.septum.infer.Workload;
import org.septum.model.ComputeDevice;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Runs what makes maps of tiles where else a network runs, so that {@link org.septum.infer.Segmenter#maps} can stitch
 * them: a lane's result is (count, maps, [Z,] Y, X) in place of probabilities. Of an ensemble it gives the mean of its
 * networks' maps. One lane, PyTorch, one scope of tensors for each tile.
 */
public final class MapEngine implements Engine {

    private final Plan plan;

    private final NDManager manager;

    private final List<? extends TileMaps> networks;

    /**
     * @param plan
     *            of the networks
     * @param manager
     *            owns what the maps need; closed with this
     * @param networks
     *            one, or several for an ensemble
     */
    MapEngine(Plan plan, NDManager manager, List<? extends TileMaps> networks) {
        this.plan = plan;
        this.manager = manager;
        this.networks = List.copyOf(networks);
    }

    /** Names of the maps, in the order in which they stand in a result. */
    public List<String> names() {
        return networks.get(0).names();
    }

    @Override
    public List<Lane> lanes(Workload work) {
        return List.of((tiles, count, result) -> run(tiles, count, work.tile(), result));
    }

    private void run(float[] tiles, int count, List<Integer> tile, float[] result) {
        Shape shape = new Shape(1, plan.network().inputs());
        for (int d = plan.network().dims() - 1; d >= 0; d--)
            shape = shape.add(tile.get(d));
        int inputs = Math.toIntExact(shape.size());
        try {
            for (int n = 0; n < count; n++) {
                float[] maps = mean(Arrays.copyOfRange(tiles, n * inputs, (n + 1) * inputs), shape);
                System.arraycopy(maps, 0, result, n * maps.length, maps.length);
            }
        } catch (EngineException e) {
            throw new SeptumException(SeptumException.Kind.DEVICE,
                    "PyTorch cannot explain a tile on " + device() + ": "
                            + e.getMessage().lines().findFirst().orElse("") + "; if memory ran out use --device cpu",
                    e);
        }
    }

    private float[] mean(float[] tile, Shape shape) {
        float[] sum = networks.get(0).map(tile, shape);
        for (TileMaps next : networks.subList(1, networks.size())) {
            float[] maps = next.map(tile, shape);
            for (int i = 0; i < sum.length; i++)
                sum[i] += maps[i];
        }
        for (int i = 0; networks.size() > 1 && i < sum.length; i++)
            sum[i] /= networks.size();
        return sum;
    }

    @Override
    public String device() {
        return ComputeDevice.name(manager.getDevice());
    }

    @Override
    public String describe() {
        return "maps " + String.join(", ", names()) + " with PyTorch on " + device();
    }

    @Override
    public void close() {
        networks.forEach(TileMaps::close);
        manager.close();
    }
}
