package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.SeptumException;

/** The fixture comes from MONAI's sliding window; see its README for how. */
class TileBlendingTest {

    private static final double TOLERANCE = 1e-5;

    /** The cases of MONAI's convention. */
    static Stream<JsonNode> monaiCases() throws IOException {
        try (InputStream in = TileBlendingTest.class.getResourceAsStream("/fixtures/sliding_window.json")) {
            List<JsonNode> cases = new ArrayList<>();
            for (JsonNode c : new ObjectMapper().readTree(in).get("cases"))
                if (c.get("convention").asText().equals("monai"))
                    cases.add(c);
            return cases.stream();
        }
    }

    /** A list in tensor order as x, y, z with 1 for a missing z. */
    private static List<Integer> xyz(JsonNode list) {
        int n = list.size();
        return List.of(list.get(n - 1).asInt(), list.get(n - 2).asInt(), n == 3 ? list.get(0).asInt() : 1);
    }

    private static float[] data(JsonNode c, String name) {
        JsonNode data = c.get("tensors").get(name).get("data");
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) data.get(i).asDouble();
        return values;
    }

    private static TileGrid grid(JsonNode c) {
        List<Long> size = xyz(c.get("image")).stream().map(Integer::longValue).toList();
        return TileGrid.of(size, xyz(c.get("patch")), c.get("overlap").asDouble());
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++)
            assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i],
                    within((float) (TOLERANCE * Math.max(1, Math.abs(expected[i])))));
    }

    @ParameterizedTest
    @MethodSource("monaiCases")
    void tilesStartWhereMonaiStartsThem(JsonNode c) {
        TileGrid grid = grid(c);
        JsonNode expected = c.get("starts_per_axis");
        for (int d = 0; d < expected.size(); d++) {
            List<Long> starts = new ArrayList<>();
            expected.get(expected.size() - 1 - d).forEach(s -> starts.add(s.asLong()));
            assertThat(grid.starts().get(d)).as("axis %d", d).isEqualTo(starts);
        }
    }

    @ParameterizedTest
    @MethodSource("monaiCases")
    void importanceEqualsMonais(JsonNode c) {
        assertClose(TileBlending.importance(grid(c).tile()), data(c, "importance"));
    }

    @ParameterizedTest
    @MethodSource("monaiCases")
    void blendedOutputEqualsMonais(JsonNode c) {
        TileGrid grid = grid(c);
        boolean flat = c.get("image").size() == 2;
        float[] image = data(c, "image");
        float[] blended = blend(grid, image, (x, y, z, v) -> {
            double factor = flat ? 1 + 0.1 * y + 0.05 * x : 1 + 0.1 * z + 0.05 * y + 0.1 / 3 * x;
            return (float) (v * factor);
        });
        assertClose(blended, data(c, "blended"));
    }

    /** A network that sees where in its tile a voxel lies. */
    private interface Predictor {
        float at(int x, int y, int z, float value);
    }

    private static float[] blend(TileGrid grid, float[] image, Predictor predictor) {
        int nx = grid.size().get(0).intValue();
        int ny = grid.size().get(1).intValue();
        float[] result = new float[image.length];
        TileBlending blending = new TileBlending(grid, 1,
                (z, p) -> System.arraycopy(p[0], 0, result, z * nx * ny, nx * ny));
        for (long i = 0; i < grid.count(); i++) {
            TileGrid.Tile tile = grid.tile(i);
            float[] out = new float[grid.tileVoxels()];
            int n = 0;
            for (int z = 0; z < grid.tile().get(2); z++)
                for (int y = 0; y < grid.tile().get(1); y++)
                    for (int x = 0; x < grid.tile().get(0); x++)
                        out[n++] = predictor.at(x, y, z,
                                image[(int) (((tile.z() + z) * ny + tile.y() + y) * nx + tile.x() + x)]);
            blending.add(tile, out, 0);
        }
        blending.finish();
        return result;
    }

    @Test
    void memoryDoesNotGrowWithTheDepthOfTheImage() {
        List<Integer> tile = List.of(8, 6, 4);
        TileBlending shallow = new TileBlending(TileGrid.of(List.of(20L, 9L, 30L), tile, 0.5), 5, (z, p) -> {
        });
        TileBlending deep = new TileBlending(TileGrid.of(List.of(20L, 9L, 30_000L), tile, 0.5), 5, (z, p) -> {
        });
        assertThat(deep.bufferedValues()).isEqualTo(shallow.bufferedValues()).isEqualTo((5 + 1) * 4 * 20 * 9);
    }

    @Test
    void slicesLeaveInOrderAsSoonAsNoLaterTileTouchesThem() {
        TileGrid grid = TileGrid.of(List.of(5L, 4L, 11L), List.of(5, 4, 4), 0.5);
        List<Integer> left = new ArrayList<>();
        TileBlending blending = new TileBlending(grid, 2, (z, p) -> left.add(z));
        float[] tile = new float[2 * grid.tileVoxels()];
        List<Integer> leftAfter = new ArrayList<>();
        for (long i = 0; i < grid.count(); i++) {
            blending.add(grid.tile(i), tile, 0);
            leftAfter.add(left.size());
        }
        assertThat(leftAfter).containsExactly(0, 2, 4, 6, 7);
        blending.finish();
        assertThat(left).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void eachClassIsBlendedApartAndFromItsOffset() {
        TileGrid grid = TileGrid.of(List.of(3L, 2L, 1L), List.of(4, 4, 1), 0.5);
        float[] values = new float[5 + 2 * 16];
        for (int i = 0; i < values.length; i++)
            values[i] = i;
        float[][] got = new float[2][];
        TileBlending blending = new TileBlending(grid, 2, (z, p) -> {
            got[0] = p[0].clone();
            got[1] = p[1].clone();
        });
        blending.add(grid.tile(0), values, 5);
        blending.finish();
        // the image of 3 x 2 lies at (0, 1) of the tile of 4 x 4
        assertClose(got[0], new float[] { 9, 10, 11, 13, 14, 15 });
        assertClose(got[1], new float[] { 25, 26, 27, 29, 30, 31 });
    }

    @Test
    void aTileThatComesTooLateIsRefused() {
        TileGrid grid = TileGrid.of(List.of(4L, 4L, 8L), List.of(4, 4, 4), 0.5);
        TileBlending blending = new TileBlending(grid, 1, (z, p) -> {
        });
        float[] tile = new float[64];
        blending.add(grid.tile(1), tile, 0);
        assertThatThrownBy(() -> blending.add(grid.tile(0), tile, 0)).isInstanceOf(SeptumException.class);
    }

    @Test
    void valuesThatDoNotDependOnTheTileComeBackAsTheyWere() {
        TileGrid grid = TileGrid.of(List.of(37L, 22L, 13L), List.of(16, 9, 5), 0.5);
        float[] image = new float[37 * 22 * 13];
        Random random = new Random(7);
        for (int i = 0; i < image.length; i++)
            image[i] = random.nextFloat();
        assertClose(blend(grid, image, (x, y, z, v) -> v), image);
    }
}
