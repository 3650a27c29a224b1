package org.septum.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.data.Plan;

/**
 * An engine that shows each tile changed in a way that leaves every object where it is, as other scanners or settings
 * would: a network that is at home with a scan gives nearly the same mask. One call for one.
 */
public final class ChangedEngine extends EngineAround {

    /** What is done to each channel of a tile. */
    public enum Change {
        /** The grey values to the power 1.4 between the darkest and the brightest, with the same mean and spread. */
        DARKER("with another gamma") {
            @Override
            void apply(float[] image, int from, List<Integer> tile) {
                GammaCurve.apply(image, from, tile.get(0) * tile.get(1) * tile.get(2), 1.4);
            }
        },
        /** Half the resolution: means of blocks of two voxels along each axis, brought back linearly. */
        COARSER("at half the resolution") {
            @Override
            void apply(float[] image, int from, List<Integer> tile) {
                int step = 1;
                for (int size : tile) {
                    if (size > 2)
                        HalfResolution.apply(image, from, tile.get(0) * tile.get(1) * tile.get(2), step, size);
                    step *= size;
                }
            }
        };

        private final String words;

        Change(String words) {
            this.words = words;
        }

        /** "at half the resolution", for people. */
        public String words() {
            return words;
        }

        /** Changes one channel of a tile, Z, Y, X row-major from an index on; {@code tile} is its size x, y, z. */
        abstract void apply(float[] image, int from, List<Integer> tile);
    }

    private final Plan plan;

    private final Change change;

    private ChangedEngine(Engine engine, Plan plan, Change change) {
        super(engine);
        this.plan = plan;
        this.change = change;
    }

    /**
     * An engine that sees changed tiles.
     *
     * @param engine
     *            asked for every answer; closed with this one
     * @param plan
     *            of its network
     * @param change
     *            of every tile
     */
    public static Engine of(Engine engine, Plan plan, Change change) {
        return new ChangedEngine(engine, plan, change);
    }

    @Override
    public List<Lane> lanes(Workload work) {
        int inputs = plan.network().inputs();
        List<Lane> lanes = new ArrayList<>();
        for (Lane lane : engine.lanes(work)) {
            float[] changed = new float[Math.multiplyExact(work.batch() * inputs, work.tileVoxels())];
            lanes.add((tiles, count, result) -> {
                System.arraycopy(tiles, 0, changed, 0, count * inputs * work.tileVoxels());
                for (int image = 0; image < count * inputs; image++)
                    change.apply(changed, image * work.tileVoxels(), work.tile());
                lane.run(changed, count, result);
            });
        }
        return lanes;
    }

    @Override
    public Optional<Engine> onCpu() {
        return engine.onCpu().map(cpu -> of(cpu, plan, change));
    }

    @Override
    public String describe() {
        return engine.describe() + ", tiles " + change.words();
    }

    /** Grey values to a power. */
    private static final class GammaCurve {

        static void apply(float[] image, int from, int count, double power) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + count; i++) {
                low = Math.min(low, image[i]);
                high = Math.max(high, image[i]);
            }
            if (!(high > low))
                return;
            double[] before = moments(image, from, count);
            for (int i = from; i < from + count; i++)
                image[i] = (float) Math.pow((image[i] - low) / (high - low), power);
            double[] after = moments(image, from, count);
            for (int i = from; i < from + count; i++)
                image[i] = (float) (before[0] + (image[i] - after[0]) * before[1] / after[1]);
        }

        /** Mean and standard deviation. */
        private static double[] moments(float[] image, int from, int count) {
            double sum = 0;
            double squares = 0;
            for (int i = from; i < from + count; i++) {
                sum += image[i];
                squares += (double) image[i] * image[i];
            }
            double mean = sum / count;
            return new double[] { mean, Math.sqrt(Math.max(1e-12, squares / count - mean * mean)) };
        }
    }

    /** One axis of an image at half its resolution. */
    private static final class HalfResolution {

        static void apply(float[] image, int from, int count, int step, int size) {
            float[] line = new float[size];
            float[] half = new float[(size + 1) / 2];
            for (int i = 0; i < count; i++) {
                if (i / step % size != 0)
                    continue;
                for (int k = 0; k < size; k++)
                    line[k] = image[from + i + k * step];
                for (int k = 0; k < half.length; k++)
                    half[k] = (line[2 * k] + line[Math.min(size - 1, 2 * k + 1)]) / 2;
                for (int k = 0; k < size; k++) {
                    // the middle of block b lies at 2 b + 0.5
                    double at = Math.max(0, Math.min(half.length - 1, (k - 0.5) / 2));
                    int b = (int) at;
                    int next = Math.min(half.length - 1, b + 1);
                    image[from + i + k * step] = (float) (half[b] + (at - b) * (half[next] - half[b]));
                }
            }
        }
    }
}
