package org.septum.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;

/**
 * Test-time augmentation: an engine that shows each tile also mirrored, along every combination of some axes, and gives
 * the mean of the answers, each mirrored back: 2, 4 or 8 calls for one. Probabilities are averaged tile by tile, before
 * blending.
 */
public final class MirroredEngine extends EngineAround {

    private final Plan plan;

    /** For every answer, whether x, y and z are mirrored. */
    private final List<boolean[]> mirrors;

    private MirroredEngine(Engine engine, Plan plan, List<boolean[]> mirrors) {
        super(engine);
        this.plan = plan;
        this.mirrors = mirrors;
    }

    /**
     * An engine that mirrors as the training did.
     *
     * @param engine
     *            asked for every answer; closed with this one
     * @param plan
     *            of its network
     *
     * @throws SeptumException
     *             of kind USAGE if the training mirrored along no axis: the network does not know mirrored scans
     */
    public static MirroredEngine of(Engine engine, Plan plan) {
        return new MirroredEngine(engine, plan, mirrors(plan));
    }

    /**
     * Engines that give the answers one by one instead of their mean, the first that of the tile as it is: how far they
     * agree says how sure a network is. Closing one closes the engine.
     *
     * @throws SeptumException
     *             as {@link #of} does
     */
    public static List<Engine> each(Engine engine, Plan plan) {
        return mirrors(plan).stream().<Engine> map(m -> new MirroredEngine(engine, plan, List.of(m))).toList();
    }

    private static List<boolean[]> mirrors(Plan plan) {
        Spatial spatial = plan.training() == null ? Spatial.NONE : plan.training().augmentation().spatial();
        boolean z = spatial.mirrorZ() && plan.network().dims() == 3;
        if (!spatial.mirrorX() && !spatial.mirrorY() && !z) {
            throw SeptumException.usage("test-time augmentation (--tta) with a model that was trained without mirrored"
                    + " scans, as its plan says: it would see what it does not know; segment without --tta");
        }
        List<boolean[]> mirrors = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean[] mirror = { (i & 1) != 0, (i & 2) != 0, (i & 4) != 0 };
            if ((!mirror[0] || spatial.mirrorX()) && (!mirror[1] || spatial.mirrorY()) && (!mirror[2] || z))
                mirrors.add(mirror);
        }
        return mirrors;
    }

    @Override
    public List<Lane> lanes(Workload work) {
        List<Lane> lanes = new ArrayList<>();
        for (Lane lane : engine.lanes(work))
            lanes.add(new MirroredLane(lane, work));
        return lanes;
    }

    @Override
    public Optional<Engine> onCpu() {
        return engine.onCpu().map(cpu -> new MirroredEngine(cpu, plan, mirrors));
    }

    @Override
    public String describe() {
        return engine.describe()
                + (mirrors.size() == 1 ? ", one mirror image" : ", the mean of " + mirrors.size() + " mirror images");
    }

    private final class MirroredLane implements Lane {

        private final Lane lane;

        private final Workload work;

        private final float[] mirrored;

        private final float[] answer;

        MirroredLane(Lane lane, Workload work) {
            this.lane = lane;
            this.work = work;
            int voxels = Math.multiplyExact(work.batch(), work.tileVoxels());
            this.mirrored = new float[Math.multiplyExact(voxels, plan.network().inputs())];
            this.answer = new float[Math.multiplyExact(voxels, plan.labels().count())];
        }

        @Override
        public void run(float[] tiles, int count, float[] result) {
            int inputs = count * plan.network().inputs();
            int outputs = count * plan.labels().count();
            for (int i = 0; i < mirrors.size(); i++) {
                boolean[] mirror = mirrors.get(i);
                mirror(tiles, inputs, mirror, mirrored, false);
                lane.run(mirrored, count, answer);
                mirror(answer, outputs, mirror, result, i > 0);
            }
            float share = 1f / mirrors.size();
            for (int i = 0; i < outputs * work.tileVoxels(); i++)
                result[i] *= share;
        }

        /** Copies or adds so many images of the size of a tile, mirrored. */
        private void mirror(float[] from, int images, boolean[] mirror, float[] to, boolean isAdded) {
            int nx = work.tile().get(0);
            int ny = work.tile().get(1);
            int nz = work.tile().get(2);
            for (int row = 0; row < images * nz * ny; row++) {
                int y = row % ny;
                int z = row / ny % nz;
                int image = row / ny / nz;
                int other = (image * nz + (mirror[2] ? nz - 1 - z : z)) * ny + (mirror[1] ? ny - 1 - y : y);
                int a = other * nx + (mirror[0] ? nx - 1 : 0);
                int step = mirror[0] ? -1 : 1;
                for (int i = row * nx; i < (row + 1) * nx; i++, a += step)
                    to[i] = isAdded ? to[i] + from[a] : from[a];
            }
        }
    }
}
