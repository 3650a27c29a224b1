package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.Plan;

class StepDownTest {

    private static final Plan PLAN = TestPlans.plan3d(List.of(16, 6, 8));

    private final List<String> messages = new ArrayList<>();

    /** Whether a tile of the pass is in the image, from when on the time that is left is known. */
    private volatile boolean isTileAdded;

    private final Progress progress = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            isTileAdded |= done > 0;
        }

        @Override
        public void message(String line) {
            messages.add(line);
        }
    };

    private static Scan scan() {
        float[] values = new float[33 * 14 * 21];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++)
            values[i] = random.nextFloat() * 30 - 5;
        return new Scan("case", ArrayImgs.floats(values, 33, 14, 21, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
    }

    /** Has room for so many voxels over all lanes; is short of it once a tile is in the image. */
    private class SmallEngine implements Engine {

        private final FakeEngine network = new FakeEngine(PLAN);

        private final int lanes;

        private final int room;

        private final Runnable shortage;

        SmallEngine(int lanes, int room, Runnable shortage) {
            this.lanes = lanes;
            this.room = room;
            this.shortage = shortage;
        }

        @Override
        public List<Lane> lanes(Workload work) {
            int n = Math.min(lanes, work.mostLanes());
            Lane lane = network.lanes(work).get(0);
            return Collections.nCopies(n, (tiles, count, result) -> {
                if (isTileAdded && n * work.batch() * work.tileVoxels() > room)
                    shortage.run();
                lane.run(tiles, count, result);
            });
        }

        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public String describe() {
            return "small";
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    private static Runnable shortage(String kind) {
        return () -> {
            if (kind.equals("java"))
                throw new OutOfMemoryError("Java heap space");
            throw new SeptumException(SeptumException.Kind.DEVICE, "the network cannot run",
                    new RuntimeException(kind));
        };
    }

    private LabelMask segment(Engine engine, int batch) {
        isTileAdded = false;
        return new Segmenter(engine, SegmenterOptions.DEFAULT.withBatch(batch)).segment(scan(), PLAN, progress);
    }

    private static List<Integer> values(LabelMask mask) {
        List<Integer> values = new ArrayList<>();
        for (UnsignedByteType v : mask.pixels().view().flatIterable())
            values.add(v.get());
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = { "java", "CUDA out of memory. Tried to allocate 2.00 GiB", "std::bad_alloc",
            "Failed to allocate memory for requested buffer of size 1073741824" })
    void theBatchHalvesAndTheMaskKeepsItsBits(String kind) {
        List<Integer> expected = values(segment(new FakeEngine(PLAN), 4));
        LabelMask mask = segment(new SmallEngine(1, 16 * 6 * 8, shortage(kind)), 4);
        assertThat(values(mask)).isEqualTo(expected);
        assertThat(messages).hasSize(2);
        assertThat(messages.get(0)).contains("memory ran out on cpu", "going on with 2 tiles a call")
                .matches(".* s to go\\)");
        assertThat(messages.get(1)).contains("going on with 1 tile a call");
    }

    @Test
    void thenOneLaneIsLeftAndTheMaskKeepsItsBits() {
        List<Integer> expected = values(segment(new FakeEngine(PLAN), 1));
        LabelMask mask = segment(new SmallEngine(3, 16 * 6 * 8, shortage("bad_alloc")), 2);
        assertThat(values(mask)).isEqualTo(expected);
        assertThat(messages).hasSize(2);
        assertThat(messages.get(1)).contains("one call at a time instead of 3").contains("s to go");
    }

    @Test
    void thenTheTileHalvesAlongItsLongestAxis() {
        SmallEngine engine = new SmallEngine(2, 8 * 6 * 4, shortage("java"));
        LabelMask mask = segment(engine, 1);
        // this network looks at one voxel, so that even other tiles give the same mask
        assertThat(values(mask)).isEqualTo(values(segment(new FakeEngine(PLAN), 1)));
        assertThat(messages).hasSize(3);
        assertThat(messages.get(1)).contains("tiles of 8×6×8 voxels").contains("s to go");
        assertThat(messages.get(2)).contains("tiles of 4×6×8 voxels");
    }

    @Test
    void thenTheCpuDoesIt() {
        Engine gpu = new SmallEngine(1, 0, shortage("CUDA out of memory")) {

            @Override
            public boolean takesOtherTiles() {
                return false;
            }

            @Override
            public Optional<Engine> onCpu() {
                return Optional.of(new FakeEngine(PLAN));
            }

            @Override
            public String device() {
                return "gpu:0";
            }
        };
        assertThat(values(segment(gpu, 1))).isEqualTo(values(segment(new FakeEngine(PLAN), 1)));
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0)).contains("memory ran out on gpu:0", "on the CPU", "not known yet");
    }

    @Test
    void withoutAFurtherStepTheErrorIsSeen() {
        assertThatThrownBy(() -> segment(new SmallEngine(1, 0, shortage("bad_alloc")), 1))
                .isInstanceOf(SeptumException.class).hasMessage("the network cannot run");
        assertThat(messages).isNotEmpty().allMatch(m -> m.contains("tiles of"));
    }

    @Test
    void anotherErrorIsNoReasonToStepDown() {
        assertThatThrownBy(() -> segment(new SmallEngine(1, 0, shortage("wrong shape")), 4))
                .hasMessage("the network cannot run");
        assertThat(messages).isEmpty();
    }

    @Test
    void halfATileIsOneThatTheNetworkCanTake() {
        assertThat(StepDown.half(List.of(64, 64, 48), List.of(8, 8, 8))).containsExactly(32, 64, 48);
        assertThat(StepDown.half(List.of(40, 56, 40), List.of(8, 8, 8))).containsExactly(40, 24, 40);
        assertThat(StepDown.half(List.of(256, 128, 1), List.of(32, 32, 1))).containsExactly(128, 128, 1);
        assertThat(StepDown.half(List.of(16, 16, 16), List.of(8, 8, 8))).containsExactly(16, 16, 16);
    }
}
