package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.joml.Matrix3d;
import org.joml.Vector3d;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;
import org.septum.data.TrainingPlan.AugmentationPlan.Variation;

class PatchSamplerTest {

    private static final List<Long> SIZE = List.of(37L, 52L, 30L);

    private static final List<Integer> PATCH = List.of(8, 6, 4);

    /** Values tell the position: x + 100 y + 10000 z. */
    private static PreparedCase ramp(int dims, List<Integer> patch, Samples.Field labels) {
        Scan scan = Samples.scan("ramp", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x + 100 * y + 10000 * z);
        return PreparedCase.of(scan, Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, labels),
                Samples.plan(dims, 1, patch, Samples.training(0, Samples.OFF)));
    }

    private static PatchSampler sampler(int dims, List<Integer> patch, double share,
            TrainingPlan.AugmentationPlan augmentation) {
        return new PatchSampler(Samples.plan(dims, 1, patch, Samples.training(share, augmentation)));
    }

    @Test
    void withoutVariationsAPatchIsABlockOfVoxels() {
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> x % 3);
        PatchSampler sampler = sampler(3, PATCH, 0, Samples.OFF);
        Random random = new Random(3);
        for (int k = 0; k < 20; k++) {
            Patch patch = sampler.sample(c, random);
            float first = patch.input()[0];
            int i = 0;
            for (int z = 0; z < 4; z++) {
                for (int y = 0; y < 6; y++) {
                    for (int x = 0; x < 8; x++, i++) {
                        float expected = first + x + 100 * y + 10000 * z;
                        assertThat(patch.input()[i]).isEqualTo(expected);
                        assertThat(patch.classes()[i]).isEqualTo((byte) (expected % 100 % 3));
                    }
                }
            }
        }
    }

    @Test
    void aCutOutsideTheScanIsBackground() {
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> 1);
        Patch patch = sampler(3, PATCH, 0, Samples.OFF).cut(c, -3, 50, 28);
        int i = 0;
        for (int z = 28; z < 32; z++) {
            for (int y = 50; y < 56; y++) {
                for (int x = -3; x < 5; x++, i++) {
                    boolean inside = x >= 0 && y < 52 && z < 30;
                    assertThat(patch.classes()[i]).isEqualTo((byte) (inside ? 1 : 0));
                    assertThat(patch.input()[i]).isEqualTo(inside ? x + 100 * y + 10000 * z : 0);
                }
            }
        }
    }

    @Test
    void aMirroredPatchRunsBackwards() {
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> x % 3);
        PatchSampler sampler = sampler(3, PATCH, 0,
                new TrainingPlan.AugmentationPlan(true, false, false, 0, 0, 0, 0, 0));
        Random random = new Random(5);
        int mirrored = 0;
        for (int k = 0; k < 200; k++) {
            Patch patch = sampler.sample(c, random);
            float step = patch.input()[1] - patch.input()[0];
            assertThat(Math.abs(step)).isEqualTo(1);
            assertThat(patch.input()[8] - patch.input()[0]).as("y is never mirrored").isEqualTo(100);
            assertThat(patch.classes()[3]).isEqualTo((byte) (patch.input()[3] % 100 % 3));
            if (step < 0)
                mirrored++;
        }
        assertThat(mirrored).isBetween(70, 130);
    }

    @Test
    void aRotatedAndScaledPatchOfALinearRampIsALinearRamp() {
        // far enough from the border for every rotation of a small patch
        List<Integer> small = List.of(6, 4, 4);
        Samples.Field middle = (x, y, z) -> x == 18 && y == 26 && z == 15 ? 1 : 0;
        PreparedCase c = ramp(3, small, middle);
        PatchSampler sampler = sampler(3, small, 1,
                new TrainingPlan.AugmentationPlan(false, false, false, 40, 0.25, 0, 0, 0));
        Random random = new Random(8);
        int turned = 0;
        for (int k = 0; k < 50; k++) {
            float[] v = sampler.sample(c, random).input();
            float dx = v[1] - v[0];
            float dy = v[6] - v[0];
            float dz = v[24] - v[0];
            for (int z = 0, i = 0; z < 4; z++)
                for (int y = 0; y < 4; y++)
                    for (int x = 0; x < 6; x++, i++)
                        assertThat(v[i]).isCloseTo(v[0] + x * dx + y * dy + z * dz, within(0.5f));
            // the gradient keeps its length under rotation: |(dx, dy, dz)| = scale · |(1, 100, 10000)|
            double scale = Math.sqrt((double) dx * dx + (double) dy * dy + (double) dz * dz) / Math.sqrt(1 + 1e4 + 1e8);
            assertThat(scale).isBetween(0.749, 1.251);
            if (Math.abs(dz - 10000) > 1)
                turned++;
        }
        assertThat(turned).isBetween(25, 50);
    }

    @Test
    void theShareOfPatchesWithForegroundIsThatOfThePlan() {
        // a single voxel of foreground in a large scan: chance alone hits it in 1 of 150 patches
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> x == 20 && y == 31 && z == 7 ? 2 : 0);
        for (double share : new double[] { 0, 0.5, 1 }) {
            PatchSampler sampler = sampler(3, PATCH, share, Samples.OFF);
            Random random = new Random(11);
            int hits = 0;
            for (int k = 0; k < 300; k++) {
                boolean hit = false;
                for (byte b : sampler.sample(c, random).classes())
                    hit |= b == 2;
                hits += hit ? 1 : 0;
            }
            assertThat(hits / 300.0).isCloseTo(share, within(0.09));
        }
    }

    @Test
    void everyClassIsDrawnAsOftenAsTheOthers() {
        // class 1 fills half of the scan, class 2 is one voxel
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> x == 0 && y == 0 && z == 0 ? 2 : x > 18 ? 1 : 0);
        PatchSampler sampler = sampler(3, PATCH, 1, Samples.OFF);
        Random random = new Random(12);
        int rare = 0;
        for (int k = 0; k < 200; k++)
            rare += sampler.sample(c, random).classes()[0] == 2 ? 1 : 0;
        assertThat(rare).isBetween(70, 130);
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void aPatchDependsOnItsGeneratorAlone(int dims) {
        List<Integer> patch = dims == 3 ? PATCH : List.of(8, 6, 1);
        PreparedCase c = ramp(dims, patch, (x, y, z) -> x % 3);
        PatchSampler sampler = sampler(dims, patch, 0.5,
                new TrainingPlan.AugmentationPlan(true, true, true, 30, 0.2, 0.3, 0.1, 0.2));
        Patch first = sampler.sample(c, new Random(99));
        Patch second = sampler.sample(c, new Random(99));
        assertThat(second.input()).isEqualTo(first.input());
        assertThat(second.classes()).isEqualTo(first.classes());
        assertThat(sampler.sample(c, new Random(100)).input()).isNotEqualTo(first.input());
    }

    @Test
    void a2dPatchLiesInOneSlice() {
        List<Integer> patch = List.of(8, 6, 1);
        PreparedCase c = ramp(2, patch, (x, y, z) -> z == 17 ? 1 : 0);
        PatchSampler sampler = sampler(2, patch, 1,
                new TrainingPlan.AugmentationPlan(true, true, false, 30, 0.1, 0, 0, 0));
        Random random = new Random(4);
        Set<Integer> slices = new TreeSet<>();
        for (int k = 0; k < 50; k++) {
            Patch p = sampler.sample(c, random);
            assertThat(p.input()).hasSize(48);
            for (float v : p.input())
                slices.add((int) (v / 10000));
            assertThat(p.classes()).contains((byte) 1);
        }
        // 0 beside the scan, and between the values of the border and 0
        assertThat(slices.stream().max(Integer::compare)).contains(17);
    }

    @Test
    void aScanSmallerThanThePatchLiesWholeInside() {
        List<Integer> large = List.of(48, 64, 36);
        PreparedCase c = ramp(3, large, (x, y, z) -> 1);
        for (double share : new double[] { 0, 1 }) {
            PatchSampler sampler = sampler(3, large, share, Samples.OFF);
            Random random = new Random(6);
            for (int k = 0; k < 5; k++) {
                int inside = 0;
                for (byte b : sampler.sample(c, random).classes())
                    inside += b;
                assertThat(inside).isEqualTo(37 * 52 * 30);
            }
        }
    }

    @Test
    void channelsStandOneAfterTheOther() {
        Scan scan = Samples.scan("two", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x, (x, y, z) -> -y);
        Plan plan = Samples.plan(3, 2, PATCH, Samples.training(0, Samples.OFF));
        PreparedCase c = PreparedCase.of(scan, Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, (x, y, z) -> 0),
                plan);
        float[] v = new PatchSampler(plan).cut(c, 10, 20, 5).input();
        assertThat(v).hasSize(2 * 8 * 6 * 4);
        assertThat(v[3]).isEqualTo(13);
        assertThat(v[192 + 8 * 2]).isEqualTo(-22);
    }

    private static TrainingPlan.AugmentationPlan bent(double strength, boolean inPlane) {
        return new TrainingPlan.AugmentationPlan(
                new Spatial(false, false, false, null, null, new Variation(1, strength), inPlane), null);
    }

    /** On a ramp the values tell where each voxel comes from. */
    @Test
    void aBentPatchIsSmoothAndNeverFolds() {
        List<Integer> size = List.of(24, 20, 16);
        PreparedCase c = PreparedCase.of(Samples.scan("x", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> x),
                Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, (x, y, z) -> x % 3),
                Samples.plan(3, 1, size, Samples.training(0, Samples.OFF)));
        Random random = new Random(21);
        float most = 0;
        for (int k = 0; k < 20; k++) {
            Patch p = new PatchCut(c, new int[] { 24, 20, 16 }, SliceStack.SINGLE).at(new Vector3d(18.5, 25.5, 14.5),
                    new Matrix3d(), new ElasticField(new int[] { 24, 20, 16 }, 0.4, 3, random));
            float[] v = p.input();
            for (int i = 0; i < v.length; i++) {
                float step = i % 24 == 23 ? 1 : v[i + 1] - v[i];
                assertThat(step).as("voxel %d", i).isGreaterThan(0).isLessThan(2.5f);
                most = Math.max(most, Math.abs(step - 1));
                if (Math.abs(v[i] - Math.rint(v[i])) < 0.49)
                    assertThat(p.classes()[i]).as("labels bend with the image").isEqualTo((byte) (Math.rint(v[i]) % 3));
            }
        }
        assertThat(most).isGreaterThan(0.1f);
    }

    @Test
    void thickSlicesAreBentWithinThemselves() {
        List<Integer> size = List.of(24, 20, 16);
        PreparedCase c = PreparedCase.of(Samples.scan("z", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> z),
                Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS, (x, y, z) -> 0),
                Samples.plan(3, 1, size, Samples.training(0, Samples.OFF)));
        for (int seed = 0; seed < 5; seed++) {
            float[] v = sampler(3, size, 0, bent(0.4, true)).sample(c, new Random(seed)).input();
            float middle = (float) Math.rint(v[(8 * 20 + 10) * 24 + 12]);
            for (int x = 4; x < 20; x++)
                assertThat(v[(8 * 20 + 10) * 24 + x]).isCloseTo(middle, within(1e-3f));
        }
    }

    @Test
    void aBendShiftsNoVoxelFurtherThanItsStrength() {
        for (int[] size : new int[][] { { 24, 20, 16 }, { 32, 16, 1 } }) {
            ElasticField field = new ElasticField(size, 0.3, size[2] == 1 ? 2 : 3, new Random(3));
            float[][] row = new float[3][size[0]];
            for (int z = 0; z < size[2]; z++) {
                for (int y = 0; y < size[1]; y++) {
                    field.row(y, z, row);
                    for (int x = 0; x < size[0]; x++)
                        for (int d = 0; d < 3; d++)
                            assertThat(Math.abs(row[d][x])).isLessThanOrEqualTo(0.3f * size[d] / 4 + 1e-5f);
                }
            }
            assertThat(row[0]).isNotEqualTo(new float[size[0]]);
        }
    }

    /** A quarter turn in mm of voxels 1 × 1 × 4 mm does not mix slices up: the ramp along z becomes 4 times as flat. */
    @Test
    void turnsAreThoseOfMillimetres() {
        List<Integer> small = List.of(6, 4, 4);
        Plan flat = Samples.plan(3, 1, small, Samples.training(0, new TrainingPlan.AugmentationPlan(
                new Spatial(false, false, false, new Variation(1, 40), null, null, false), null)));
        Plan thick = new Plan(flat.version(), flat.dataset(), flat.modality(), flat.channels(), flat.labels(),
                flat.network(), flat.grid(), List.of(1.0, 1.0, 4.0), flat.patch(), flat.normalization(),
                flat.training(), null);
        // in mm the gradient of 4 z is (0, 0, 1): its length stays 1 under rotation
        Scan scan = Samples.scan("mm", ScanGeometry.UNKNOWN, SIZE, (x, y, z) -> 4 * z);
        PreparedCase c = PreparedCase.of(scan, Samples.mask(ScanGeometry.UNKNOWN, SIZE, Samples.LABELS,
                (x, y, z) -> x == 18 && y == 26 && z == 15 ? 1 : 0), flat);
        Random random = new Random(9);
        for (int k = 0; k < 20; k++) {
            float[] v = new PatchSampler(thick).sample(c, 1, random).input();
            double dx = v[1] - v[0];
            double dy = v[6] - v[0];
            double dz = (v[24] - v[0]) / 4;
            assertThat(Math.sqrt(dx * dx + dy * dy + dz * dz)).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void aPatchShowsTheClassThatIsAskedFor() {
        PreparedCase c = ramp(3, PATCH, (x, y, z) -> x == 20 && y == 31 && z == 7 ? 2 : x == 3 ? 1 : 0);
        PatchSampler sampler = sampler(3, PATCH, 0, Samples.OFF);
        for (int seed = 0; seed < 20; seed++) {
            assertThat(sampler.sample(c, 2, new Random(seed)).classes()).contains((byte) 2);
            assertThat(sampler.sample(c, 1, new Random(seed)).classes()).contains((byte) 1);
        }
        PreparedCase lacking = ramp(3, PATCH, (x, y, z) -> x == 20 && y == 31 && z == 7 ? 2 : 0);
        assertThat(sampler.sample(lacking, 1, new Random(1)).classes()).as("another that it has").contains((byte) 2);
        PreparedCase empty = ramp(3, PATCH, (x, y, z) -> 0);
        assertThat(sampler.sample(empty, 1, new Random(1)).classes()).containsOnly((byte) 0);
    }

    /** Values tell slice and channel; every variation of a 2D patch stays within slices. */
    @Test
    void aPatchShowsTheSlicesBesideChannelByChannel() {
        List<Integer> small = List.of(6, 4, 1);
        Plan flat = Samples.plan(2, 2, small,
                Samples.training(0, new TrainingPlan.AugmentationPlan(
                        new Spatial(true, true, false, new Variation(0.5, 40), null, new Variation(0.5, 0.2), false),
                        null)));
        Plan plan = new Plan(flat.version(), flat.dataset(), flat.modality(), flat.channels(), flat.labels(),
                org.septum.model.NetworkSpec.unet(2, 6, 3, List.of(4), new org.septum.model.block.NoAttention()),
                flat.grid(), flat.spacing(), List.of(), small, flat.normalization(), flat.training(), null, null,
                List.of(-1, 0, 1), null);
        assertThat(plan.inputNames()).containsExactly("grey, slice -1", "grey, slice -1", "grey", "grey",
                "grey, slice +1", "grey, slice +1");
        List<Long> size = List.of(37L, 52L, 3L);
        PreparedCase c = PreparedCase.of(
                Samples.scan("x", ScanGeometry.UNKNOWN, size, (x, y, z) -> 10 + z, (x, y, z) -> 20 + z),
                Samples.mask(ScanGeometry.UNKNOWN, size, Samples.LABELS, (x, y, z) -> z == 2 ? 1 : 0), plan);
        int compared = 0;
        for (int seed = 0; seed < 30; seed++) {
            Patch p = new PatchSampler(plan).sample(c, seed % 2, new Random(seed));
            for (int i = 0; i < 24; i++) {
                float here = p.input()[2 * 24 + i];
                int z = Math.round(here - 10);
                if (Math.abs(here - 10 - z) > 1e-4 || z < 0)
                    continue; // partly outside the scan
                assertThat(p.classes()[i]).isEqualTo((byte) (z == 2 ? 1 : 0));
                for (int k = 0; k < 6; k++) {
                    int shown = Math.max(0, Math.min(2, z + k / 2 - 1));
                    assertThat(p.input()[k * 24 + i]).as("seed %d, input %d", seed, k)
                            .isCloseTo((k % 2 == 0 ? 10 : 20) + shown, within(1e-4f));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(30 * 24 * 3);
        assertThat(new PatchSampler(plan).cut(c, 0, 0, 0).input()).startsWith(10f).endsWith(21f);
    }
}
