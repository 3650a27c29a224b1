package org.septum.explain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.LinearResize;
import org.septum.model.block.NetworkGraph;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Grad-CAM that is put to the test, on the tile of a scan with the most voxels of the class. Insertion and deletion
 * (Petsiuk et al., RISE, BMVC 2018): voxels are shown, or set to 0, in the order of the map, and the mean probability
 * of the class over its voxels is integrated over the share of voxels by {@value #STEPS} trapezia, which are narrow
 * where few voxels are shown or hidden, as small objects are; a map that says what matters does better than maps at
 * random: noise on the grid on which Grad-CAM looks, brought to the tile as Grad-CAM is. (Noise of single voxels would
 * be no such map: it shows the whole picture dimly from the start.) Randomised weights (Adebayo et al., NeurIPS 2018):
 * with new random kernels in the decoder the map must become another one.
 */
public final class SanityCheck implements TileMaps {

    private static final int STEPS = 16;

    /** How many maps at random. */
    private static final int NOISES = 3;

    private static final long SEED = 1;

    /**
     * What came out.
     *
     * @param insertion
     *            mean probability while voxels are shown, 0 to 1, the more the better
     * @param randomInsertion
     *            the same in the order of maps at random, the mean of {@value SanityCheck#NOISES}
     * @param deletion
     *            mean probability while voxels are hidden, 0 to 1, the less the better
     * @param randomDeletion
     *            the same in the order of maps at random
     * @param similarity
     *            structural similarity to the map of randomised weights, 1 for the same; NaN if both are empty
     */
    public record Result(double insertion, double randomInsertion, double deletion, double randomDeletion,
            double similarity) {

        /** True if the map does better than one at random and hangs on the weights: similarity below 0.5. */
        public boolean isWell() {
            return insertion > randomInsertion && deletion < randomDeletion && !(similarity >= 0.5);
        }
    }

    private final GradCam map;

    private final GradCam randomised;

    private final ObjectProbability probability;

    private final NetworkGraph graph;

    private final int node;

    private final NDManager manager;

    private float[] tile;

    private Shape shape;

    private boolean[] object;

    private int voxels;

    private SanityCheck(NetworkSpec spec, NamedWeights weights, int label, int node, NDManager parent) {
        this.map = new GradCam(spec, weights, label, node, parent);
        this.randomised = new GradCam(spec, randomised(spec, weights), label, node, parent);
        this.probability = new ObjectProbability(spec, weights, label, parent);
        this.graph = spec.graph().inUse();
        this.node = node;
        this.manager = parent;
    }

    /** One for a class of a network. */
    static SanityCheck of(Plan plan, NamedWeights weights, int label, GradCam.Place place, NDManager manager) {
        GradCam.requireClass(plan, label);
        int node = place.node(plan.network().graph().inUse());
        return new SanityCheck(plan.network(), weights, label, node, manager);
    }

    /**
     * Tests Grad-CAM of a class of a network on a scan.
     *
     * @param plan
     *            of the model
     * @param weights
     *            of the network
     * @param label
     *            index of the class
     * @param place
     *            where Grad-CAM looks
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param run
     *            takes an engine of one map over all tiles of the scan
     *
     * @return empty if the network finds the class nowhere
     */
    public static Optional<Result> run(Plan plan, NamedWeights weights, int label, GradCam.Place place, String device,
            Consumer<MapEngine> run) {
        NDManager manager = GradCam.manager(device);
        SanityCheck check = of(plan, weights, label, place, manager);
        try (MapEngine engine = new MapEngine(plan, manager, List.of(check))) {
            run.accept(engine);
            return check.result();
        }
    }

    /** The weights with the trained ones of the decoder drawn anew. */
    static NamedWeights randomised(NetworkSpec spec, NamedWeights weights) {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        NamedWeights fresh = NamedWeights.initial(spec.graph(), SEED);
        spec.graph().weights().forEach((name, weight) -> {
            boolean isDecoder = name.startsWith("decoder.") || name.startsWith("head.");
            if (isDecoder && weight.role().isTrained())
                tensors.put(name, fresh.get(name));
        });
        return new NamedWeights(tensors);
    }

    @Override
    public List<String> names() {
        return map.names();
    }

    /** Keeps the tile if it shows more of the class than those before; the map is of zeros, nobody looks at it. */
    @Override
    public float[] map(float[] values, Shape size) {
        boolean[] own = probability.object(values, size);
        int count = (int) IntStream.range(0, own.length).filter(i -> own[i]).count();
        if (count > voxels) {
            tile = values;
            shape = size;
            object = own;
            voxels = count;
        }
        return new float[own.length];
    }

    /** What the test says; empty if no tile showed the class. */
    Optional<Result> result() {
        if (voxels == 0)
            return Optional.empty();
        float[] heat = map.map(tile, shape);
        double shown = 0;
        double hidden = 0;
        for (int i = 0; i < NOISES; i++) {
            float[] noise = noise(SEED + i);
            shown += score(noise, true) / NOISES;
            hidden += score(noise, false) / NOISES;
        }
        int n = shape.dimension();
        double same = MapSimilarity.of(heat, randomised.map(tile, shape), n == 5 ? (int) shape.get(2) : 1,
                (int) shape.get(n - 2), (int) shape.get(n - 1));
        return Optional.of(new Result(score(heat, true), shown, score(heat, false), hidden, same));
    }

    /** A map at random as Grad-CAM might be: equally distributed on the grid of its node, brought to the tile. */
    private float[] noise(long seed) {
        List<Integer> spatial = new ArrayList<>();
        for (int d = 2; d < shape.dimension(); d++)
            spatial.add((int) shape.get(d));
        Shape coarse = new Shape(1, 1);
        for (int size : graph.shapes(spatial).get(node).spatial())
            coarse = coarse.add(size);
        float[] values = new float[Math.toIntExact(coarse.size())];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextDouble();
        try (NDManager scope = manager.newSubManager()) {
            NDList mapAndTile = new NDList(scope.create(values, coarse), scope.create(tile, shape));
            return new LinearResize().forward(mapAndTile, Map.of(), false).toFloatArray();
        }
    }

    /** Mean probability while the voxels are shown or hidden, the hottest first, those that are alike at random. */
    private double score(float[] heat, boolean isShown) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, heat.length).boxed().toList());
        // a map says nothing of the order of voxels that are alike, as those without heat are
        Collections.shuffle(order, new Random(SEED));
        order.sort(Comparator.comparingDouble(i -> -heat[i]));
        int channels = tile.length / heat.length;
        double sum = 0;
        double before = 0;
        int start = 0;
        for (int step = 0; step <= STEPS; step++) {
            int end = (int) ((long) heat.length * step * step / (STEPS * STEPS));
            float[] changed = isShown ? new float[tile.length] : tile.clone();
            for (int i : order.subList(0, end))
                for (int c = 0; c < channels; c++)
                    changed[c * heat.length + i] = isShown ? tile[c * heat.length + i] : 0;
            double p = probability.mean(changed, shape, object);
            sum += (p + before) / 2 * (end - start);
            before = p;
            start = end;
        }
        return sum / heat.length;
    }

    @Override
    public void close() {
        map.close();
        randomised.close();
        probability.close();
    }
}
