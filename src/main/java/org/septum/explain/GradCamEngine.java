package org.septum.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.septum.bundle.GradCamGraph;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Engine;
import org.septum.infer.EngineAround;
import org.septum.infer.Workload;
import org.septum.model.NamedWeights;

/**
 * Grad-CAM with ONNX Runtime: the gradient is part of the network's graph ({@link GradCamGraph}), which takes a third
 * of the time of PyTorch. {@link GradCam} is what it is held against, and what is used for networks that it does not
 * know.
 */
public final class GradCamEngine {

    private GradCamEngine() {
    }

    /**
     * Opens what segments and maps in one run: the probabilities of a tile's classes, then one map for each class to
     * explain. Several networks give the mean.
     *
     * @param plan
     *            of the model
     * @param members
     *            weights of its networks
     * @param labels
     *            indices of the classes to explain
     * @param place
     *            where to look
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param progress
     *            hears if {@code auto} falls back to the CPU
     *
     * @return empty if the network has a layer behind the place whose gradient the graph does not know
     *
     * @throws SeptumException
     *             of kind USAGE if there is no such class, INPUT if the weights do not fit, DEVICE if the device is not
     *             there
     */
    public static Optional<Engine> open(Plan plan, List<NamedWeights> members, List<Integer> labels,
            GradCam.Place place, String device, Progress progress) {
        labels.forEach(label -> GradCam.requireClass(plan, label));
        return GradCamGraph.of(plan.network(), members, place.node(plan.network().graph().inUse()), labels)
                .map(graph -> DjlEngine.open(graph, plan, plan.labels().count() + labels.size(), device, progress));
    }

    /**
     * Opens what maps why a class was found, or not, in a marked region: one map for each class to explain.
     *
     * @return as above; takes scans of {@link RegionGradCam#marked(org.septum.core.Scan, List, List)} under the plan of
     *         {@link RegionGradCam#marked(Plan)}
     *
     * @throws SeptumException
     *             as above
     */
    public static Optional<Engine> openRegion(Plan plan, List<NamedWeights> members, List<Integer> labels,
            GradCam.Place place, String device, Progress progress) {
        labels.forEach(label -> GradCam.requireClass(plan, label));
        Plan marked = RegionGradCam.marked(plan);
        int inputs = marked.network().inputs();
        int channels = marked.channels().size();
        int region = RegionGradCam.regionChannel(marked);
        List<Integer> scan = IntStream.range(0, inputs).filter(i -> i % channels != channels - 1).boxed().toList();
        return GradCamGraph
                .ofRegion(plan.network(), members, place.node(plan.network().graph().inUse()), labels, inputs, scan,
                        region)
                .map(graph -> new WhereMarked(DjlEngine.open(graph, marked, labels.size(), device, progress), inputs,
                        region, labels.size()));
    }

    /** Runs only tiles with something of the region in them; the others' maps are 0. */
    private static final class WhereMarked extends EngineAround {

        private final int inputs;

        private final int region;

        private final int maps;

        WhereMarked(Engine engine, int inputs, int region, int maps) {
            super(engine);
            this.inputs = inputs;
            this.region = region;
            this.maps = maps;
        }

        @Override
        public List<Lane> lanes(Workload work) {
            List<Lane> lanes = new ArrayList<>();
            for (Lane lane : engine.lanes(work))
                lanes.add((tiles, count, result) -> run(lane, work.tileVoxels(), tiles, count, result));
            return lanes;
        }

        private void run(Lane lane, int voxels, float[] tiles, int count, float[] result) {
            if (isMarked(tiles, count, voxels))
                lane.run(tiles, count, result);
            else
                Arrays.fill(result, 0, count * maps * voxels, 0);
        }

        private boolean isMarked(float[] tiles, int count, int voxels) {
            for (int n = 0; n < count; n++) {
                int from = (n * inputs + region) * voxels;
                for (int i = from; i < from + voxels; i++)
                    if (tiles[i] > 0)
                        return true;
            }
            return false;
        }

        @Override
        public Optional<Engine> onCpu() {
            return engine.onCpu().map(cpu -> new WhereMarked(cpu, inputs, region, maps));
        }
    }
}
