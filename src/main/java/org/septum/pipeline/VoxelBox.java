package org.septum.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;

/**
 * A box of voxels of a scan, counted from 0 as viewers of NIfTI files do.
 *
 * @param min
 *            first voxel along x, y, z
 * @param max
 *            last voxel
 */
public record VoxelBox(List<Long> min, List<Long> max) {

    private static final Pattern NUMBERS = Pattern.compile("\\d{1,9}(,\\d{1,9}){2}((,\\d{1,9}){3})?");

    public VoxelBox {
        min = List.copyOf(min);
        max = List.copyOf(max);
    }

    /**
     * From "x,y,z" for a voxel or "x0,y0,z0,x1,y1,z1" for a box, its last voxel included.
     *
     * @throws SeptumException
     *             of kind USAGE for anything else
     */
    public static VoxelBox parse(String text) {
        if (!NUMBERS.matcher(text.strip()).matches()) {
            throw SeptumException.usage("voxels \"" + text + "\"; give three numbers x,y,z for one, or six"
                    + " x0,y0,z0,x1,y1,z1 for the first and the last of a box, counted from 0");
        }
        List<Long> numbers = Arrays.stream(text.strip().split(",")).map(Long::valueOf).toList();
        return new VoxelBox(numbers.subList(0, 3), numbers.subList(numbers.size() - 3, numbers.size()));
    }

    /** "voxel 3,4,5" or "voxels 3,4,5 to 6,7,8", for people. */
    public String words() {
        return min.equals(max) ? "voxel " + words(min) : "voxels " + words(min) + " to " + words(max);
    }

    private static String words(List<Long> voxel) {
        return voxel.get(0) + "," + voxel.get(1) + "," + voxel.get(2);
    }
}
