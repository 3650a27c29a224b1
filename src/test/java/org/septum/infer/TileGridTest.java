package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;

class TileGridTest {

    @Test
    void theLastTileIsMovedBackToFit() {
        TileGrid grid = TileGrid.of(List.of(110L, 64L, 7L), List.of(64, 64, 1), 0.5);
        assertThat(grid.starts()).containsExactly(List.of(0L, 32L, 46L), List.of(0L),
                List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L));
    }

    @Test
    void aSmallImageLiesInTheMiddleOfItsTile() {
        TileGrid grid = TileGrid.of(List.of(35L, 50L, 35L), List.of(40, 56, 40), 0.5);
        assertThat(grid.count()).isEqualTo(1);
        assertThat(grid.tile(0)).isEqualTo(new TileGrid.Tile(-2, -3, -2));
    }

    @ParameterizedTest
    @CsvSource({ "37,52,30, 16,20,8, 0.5", "37,52,30, 40,12,30, 0.25", "5,4,3, 3,3,3, 0.9", "9,1,1, 4,1,1, 0" })
    void everyVoxelIsCoveredAndNoTileReachesOutOfALargeImage(long nx, long ny, long nz, int tx, int ty, int tz,
            double overlap) {
        TileGrid grid = TileGrid.of(List.of(nx, ny, nz), List.of(tx, ty, tz), overlap);
        boolean[] covered = new boolean[(int) (nx * ny * nz)];
        for (long i = 0; i < grid.count(); i++) {
            TileGrid.Tile tile = grid.tile(i);
            assertThat(tile.x()).isBetween(Math.min(0, -(tx - nx) / 2), Math.max(0, nx - tx));
            for (long z = Math.max(0, tile.z()); z < Math.min(nz, tile.z() + tz); z++)
                for (long y = Math.max(0, tile.y()); y < Math.min(ny, tile.y() + ty); y++)
                    for (long x = Math.max(0, tile.x()); x < Math.min(nx, tile.x() + tx); x++)
                        covered[(int) ((z * ny + y) * nx + x)] = true;
        }
        assertThat(covered).doesNotContain(false);
    }

    @Test
    void everyVoxelIsCoveredOnceWithoutOverlap() {
        TileGrid grid = TileGrid.of(List.of(12L, 15L, 8L), List.of(4, 5, 2), 0);
        assertThat(grid.count()).isEqualTo(3 * 3 * 4);
        assertThat(grid.starts().get(1)).containsExactly(0L, 5L, 10L);
    }

    @Test
    void tilesComeInTheOrderOfTheirFirstSlice() {
        TileGrid grid = TileGrid.of(List.of(37L, 52L, 30L), List.of(16, 20, 8), 0.5);
        long z = 0;
        for (long i = 0; i < grid.count(); i++) {
            assertThat(grid.tile(i).z()).isGreaterThanOrEqualTo(z);
            z = grid.tile(i).z();
        }
        assertThat(z).isEqualTo(22);
    }

    @Test
    void moreTilesThanAnIntCanCountAreCounted() {
        TileGrid grid = TileGrid.of(List.of(3000L, 2000L, 1000L), List.of(1, 1, 1), 0.5);
        assertThat(grid.count()).isEqualTo(6_000_000_000L);
        assertThat(grid.tile(5_999_999_999L)).isEqualTo(new TileGrid.Tile(2999, 1999, 999));
    }

    @Test
    void anOverlapOfOneIsRefused() {
        assertThatThrownBy(() -> TileGrid.of(List.of(3L, 3L, 3L), List.of(2, 2, 2), 1))
                .isInstanceOf(SeptumException.class).hasMessageContaining("below 1");
    }
}
