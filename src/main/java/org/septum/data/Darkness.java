package org.septum.data;

import java.util.ArrayList;
import java.util.List;

/**
 * How dark a case gets as the network sees it: near foreground, at its darkest, and in the tiles that a pass over it
 * would have. The brightness of a voxel is the largest of its channels.
 * <p>
 * For each voxel of the foreground the brightest voxel is taken in each of the four squares of {@link AirRule#REACH} ×
 * {@link AirRule#REACH} voxels of its slice that have it in a corner. Every tile with the voxel in it that is at least
 * {@code 2 * REACH - 1} wide and high holds one of these squares whole, wherever it lies. So no tile with foreground in
 * it is altogether below the smallest of all these values.
 *
 * @param nearForeground
 *            the smallest of these values; positive infinity if there is no foreground
 * @param darkest
 *            the darkest voxel
 * @param tiles
 *            for each tile of a pass with half a tile of overlap, its brightest voxel
 * @param foreground
 *            for each of these, whether it shows foreground
 */
record Darkness(float nearForeground, float darkest, List<Float> tiles, List<Boolean> foreground) {

    Darkness {
        tiles = List.copyOf(tiles);
        foreground = List.copyOf(foreground);
    }

    /** Measures a case; a pass over it would have tiles of a size along x, y, z. */
    static Darkness of(PreparedCase c, List<Integer> tile) {
        float[] brightness = c.values()[0].clone();
        for (float[] channel : c.values())
            for (int i = 0; i < brightness.length; i++)
                brightness[i] = Math.max(brightness[i], channel[i]);
        int[] size = { c.size(0), c.size(1), c.size(2) };
        float darkest = Float.POSITIVE_INFINITY;
        for (float value : brightness)
            darkest = Math.min(darkest, value);
        List<Float> tiles = new ArrayList<>();
        List<Boolean> foreground = new ArrayList<>();
        for (int z : starts(size[2], tile.get(2))) {
            for (int y : starts(size[1], tile.get(1))) {
                for (int x : starts(size[0], tile.get(0))) {
                    int[] end = { Math.min(size[0], x + tile.get(0)), Math.min(size[1], y + tile.get(1)),
                            Math.min(size[2], z + tile.get(2)) };
                    Box box = new Box(new int[] { x, y, z }, end, size);
                    tiles.add(box.brightest(brightness));
                    foreground.add(box.holdsAny(c.labels()));
                }
            }
        }
        return new Darkness(nearForeground(brightness, c.labels(), size), darkest, tiles, foreground);
    }

    private static List<Integer> starts(int size, int tile) {
        List<Integer> starts = new ArrayList<>();
        for (int start = 0; start < size - tile; start += Math.max(1, tile / 2))
            starts.add(start);
        starts.add(Math.max(0, size - tile));
        return starts;
    }

    /** Part of a case. */
    private record Box(int[] start, int[] end, int[] size) {

        float brightest(float[] values) {
            float brightest = Float.NEGATIVE_INFINITY;
            for (int z = start[2]; z < end[2]; z++)
                for (int y = start[1]; y < end[1]; y++)
                    for (int i = row(y, z) + start[0]; i < row(y, z) + end[0]; i++)
                        brightest = Math.max(brightest, values[i]);
            return brightest;
        }

        boolean holdsAny(byte[] labels) {
            for (int z = start[2]; z < end[2]; z++)
                for (int y = start[1]; y < end[1]; y++)
                    for (int i = row(y, z) + start[0]; i < row(y, z) + end[0]; i++)
                        if (labels[i] != 0)
                            return true;
            return false;
        }

        private int row(int y, int z) {
            return (z * size[1] + y) * size[0];
        }
    }

    private static float nearForeground(float[] brightness, byte[] labels, int[] size) {
        float near = Float.POSITIVE_INFINITY;
        int plane = size[0] * size[1];
        float[] slice = new float[plane];
        for (int from = 0; from < brightness.length; from += plane) {
            boolean labelled = false;
            for (int i = 0; i < plane && !labelled; i++)
                labelled = labels[from + i] != 0;
            for (int corner = 0; labelled && corner < 4; corner++) {
                System.arraycopy(brightness, from, slice, 0, plane);
                brightest(slice, size, corner % 2 == 0, corner < 2);
                for (int i = 0; i < plane; i++)
                    if (labels[from + i] != 0)
                        near = Math.min(near, slice[i]);
            }
        }
        return near;
    }

    /** Each value becomes the largest of a square with it in a corner; squares end where the slice does. */
    private static void brightest(float[] slice, int[] size, boolean forwardX, boolean forwardY) {
        // squares of 1, 2, 4, 8
        for (int step = 1; step < AirRule.REACH; step *= 2) {
            for (int y = 0; y < size[1]; y++)
                line(slice, y * size[0], 1, size[0], forwardX ? step : -step);
            for (int x = 0; x < size[0]; x++)
                line(slice, x, size[0], size[1], forwardY ? step : -step);
        }
    }

    /** Each value of a line becomes the larger of it and the one so many steps further on. */
    private static void line(float[] slice, int start, int stride, int n, int step) {
        if (step > 0) {
            for (int i = 0; i + step < n; i++)
                slice[start + i * stride] = Math.max(slice[start + i * stride], slice[start + (i + step) * stride]);
        } else {
            for (int i = n - 1; i + step >= 0; i--)
                slice[start + i * stride] = Math.max(slice[start + i * stride], slice[start + (i + step) * stride]);
        }
    }
}
