package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.data.PostProcessingPlan;
import org.septum.data.PostProcessingPlan.Touching;

class PostProcessingTest {

    /** A label at every voxel. */
    private interface Field {

        int at(long x, long y, long z);
    }

    private static LabelMask mask(long nx, long ny, long nz, Field field) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(nx, ny, nz);
        Cursor<UnsignedByteType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            at.get().set(field.at(at.getLongPosition(0), at.getLongPosition(1), at.getLongPosition(2)));
        }
        return new LabelMask(pixels, ScanGeometry.ofSpacing(0.7, 0.9, 2.5), TestPlans.LABELS);
    }

    private static boolean ball(long x, long y, long z, double[] centre, double radius) {
        return Math.pow(x - centre[0], 2) + Math.pow(y - centre[1], 2) + Math.pow(z - centre[2], 2) <= radius * radius;
    }

    private static PostProcessingPlan plan(Touching touching, boolean perSlice, Integer... values) {
        return new PostProcessingPlan(List.of(values), touching, perSlice);
    }

    @Test
    void ofTwoBallsTheLargerStaysAndOtherClassesAreLeftAlone() {
        double[] a = { 9, 20, 8 };
        double[] b = { 28, 30, 20 };
        Field balls = (x, y, z) -> ball(x, y, z, a, 5) ? 7 : ball(x, y, z, b, 6.5) ? 7 : x == 0 && y % 9 == 0 ? 200 : 0;
        LabelMask mask = mask(37, 52, 30, balls);
        long small = mask(37, 52, 30, (x, y, z) -> ball(x, y, z, a, 5) ? 7 : 0).count(7);
        long all = mask.count(7);
        long others = mask.count(200);
        PostProcessingPlan plan = plan(Touching.FACES, false, 7);
        assertThat(PostProcessing.strays(mask, plan, 7)).isCloseTo((double) small / all, within(1e-12));
        assertThat(PostProcessing.apply(mask, plan)).isSameAs(mask);
        assertThat(mask.count(7)).isEqualTo(all - small);
        assertThat(mask.pixels().getAt(28, 30, 20).get()).isEqualTo(7);
        assertThat(mask.pixels().getAt(9, 20, 8).get()).isZero();
        assertThat(mask.count(200)).isEqualTo(others);
        assertThat(PostProcessing.strays(mask, plan, 7)).isZero();
    }

    /** Steps from one voxel to the next, which touch at a corner, at an edge of two slices or at one of a slice. */
    @ParameterizedTest
    @CsvSource({ "1,1,1", "1,1,-1", "-1,1,0", "1,0,1", "0,-1,1", "-1,-1,-1" })
    void voxelsThatTouchAtAnEdgeOrCornerAreOnePartIfThePlanSaysSo(int dx, int dy, int dz) {
        Field line = (x, y, z) -> {
            for (int k = -2; k <= 2; k++)
                if (x == 5 + k * dx && y == 4 + k * dy && z == 3 + k * dz)
                    return 7;
            return 0;
        };
        LabelMask corners = mask(11, 9, 7, line);
        PostProcessing.apply(corners, plan(Touching.CORNERS, false, 7));
        assertThat(corners.count(7)).isEqualTo(5);
        LabelMask faces = mask(11, 9, 7, line);
        PostProcessing.apply(faces, plan(Touching.FACES, false, 7));
        assertThat(faces.count(7)).as("five parts of a voxel").isEqualTo(1);
    }

    @Test
    void slicesAreLookedAtOneByOneForA2dNetwork() {
        // a bar along z at x = 2, which is larger only in slices 0 and 1
        Field field = (x, y, z) -> x <= 2 && x >= (z < 2 ? 0 : 2) && y == 1 || x == 6 && y >= 1 && y <= 2 ? 7 : 0;
        LabelMask mask = mask(9, 5, 4, field);
        PostProcessing.apply(mask, PostProcessingPlan.largestPart(List.of(7), 2));
        assertThat(mask.count(7)).isEqualTo(3 + 3 + 2 + 2);
        assertThat(mask.pixels().getAt(6, 1, 0).get()).isZero();
        assertThat(mask.pixels().getAt(6, 1, 3).get()).isEqualTo(7);
        LabelMask volume = mask(9, 5, 4, field);
        PostProcessing.apply(volume, PostProcessingPlan.largestPart(List.of(7), 3));
        assertThat(volume.count(7)).as("3 + 3 + 1 + 1 and 8 voxels: the first of equals").isEqualTo(8);
        assertThat(volume.pixels().getAt(2, 1, 3).get()).isEqualTo(7);
    }

    @Test
    void nothingIsDoneWithoutAPlanOrClasses() {
        LabelMask mask = mask(5, 4, 1, (x, y, z) -> x % 2 == 0 ? 7 : 0);
        PostProcessing.apply(mask, null);
        PostProcessing.apply(mask, plan(Touching.FACES, true));
        assertThat(mask.count(7)).isEqualTo(12);
        PostProcessing.apply(mask, plan(Touching.FACES, true, 200));
        assertThat(mask.count(7)).isEqualTo(12);
    }

    /** Against a flood fill from voxel to voxel. */
    @ParameterizedTest
    @CsvSource({ "1,0.5", "2,0.6", "3,0.35", "4,0.7", "5,0.45", "6,0.25" })
    void agreesWithAFloodFill(long seed, double density) {
        for (Touching touching : Touching.values()) {
            for (boolean perSlice : new boolean[] { false, true }) {
                Random random = new Random(seed);
                int[] size = { 13, 7, 5 };
                int[] values = new int[13 * 7 * 5];
                for (int i = 0; i < values.length; i++)
                    values[i] = random.nextDouble() < density ? random.nextInt(3) == 0 ? 200 : 7 : 0;
                Field field = (x, y, z) -> values[(int) (x + 13 * (y + 7 * z))];
                LabelMask mask = mask(13, 7, 5, field);
                PostProcessing.apply(mask, plan(touching, perSlice, 7, 200));
                int[] expected = flooded(values, size, touching, perSlice);
                for (int i = 0; i < values.length; i++) {
                    assertThat(mask.pixels().getAt(i % 13, i / 13 % 7, i / 91).get())
                            .as("seed %d, %s, slices %s, voxel %d", seed, touching, perSlice, i).isEqualTo(expected[i]);
                }
            }
        }
    }

    private static int[] flooded(int[] values, int[] size, Touching touching, boolean perSlice) {
        int[] result = new int[values.length];
        int plane = size[0] * size[1];
        for (int z = 0; z < (perSlice ? size[2] : 1); z++) {
            for (int value : new int[] { 7, 200 }) {
                List<Integer> best = List.of();
                boolean[] seen = new boolean[values.length];
                int to = perSlice ? (z + 1) * plane : values.length;
                for (int i = z * plane; i < to; i++) {
                    if (values[i] == value && !seen[i]) {
                        List<Integer> part = part(values, size, i, seen, touching, perSlice);
                        best = part.size() > best.size() ? part : best;
                    }
                }
                best.forEach(i -> result[i] = value);
            }
        }
        return result;
    }

    private static List<Integer> part(int[] values, int[] size, int from, boolean[] seen, Touching touching,
            boolean perSlice) {
        List<Integer> part = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        seen[from] = true;
        while (!open.isEmpty()) {
            int i = open.pop();
            part.add(i);
            for (int k = 0; k < 27; k++) {
                int[] d = { k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1 };
                int moved = Math.abs(d[0]) + Math.abs(d[1]) + Math.abs(d[2]);
                int[] p = { i % size[0] + d[0], i / size[0] % size[1] + d[1], i / size[0] / size[1] + d[2] };
                boolean inside = p[0] >= 0 && p[1] >= 0 && p[2] >= 0 && p[0] < size[0] && p[1] < size[1]
                        && p[2] < size[2];
                if (!inside || touching == Touching.FACES && moved > 1 || perSlice && d[2] != 0)
                    continue;
                int j = p[0] + size[0] * (p[1] + size[1] * p[2]);
                if (!seen[j] && values[j] == values[from]) {
                    seen[j] = true;
                    open.push(j);
                }
            }
        }
        return part;
    }
}
