package org.septum.infer;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/**
 * Slices of a volume that follow each other. A slab of a scan lies along the working z axis, in the scan's own slices:
 * not resampled yet.
 *
 * @param first
 *            number of its first slice, from 0
 * @param end
 *            number after its last one
 */
public record Slab(int first, int end) {

    public Slab {
        if (first < 0 || end <= first)
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "slab from slice " + first + " to before " + end + "; it must hold one at least");
    }

    /** All slices of a volume. */
    static Slab whole(long slices) {
        return new Slab(0, Math.toIntExact(slices));
    }

    /**
     * The slabs that a scan is divided into: as few as can be, about equally deep.
     *
     * @param scan
     *            as the plan's network sees it
     * @param plan
     *            says along which axis
     * @param mostVoxels
     *            that a slab may hold; a single slice may hold more
     */
    public static List<Slab> of(Scan scan, Plan plan, long mostVoxels) {
        List<Long> size = List.of(scan.size(0), scan.size(1), scan.size(2));
        List<Long> oriented = WorkingGrid.of(scan.geometry(), size, plan).orientedSize();
        long deepest = Math.max(1, mostVoxels / (oriented.get(0) * oriented.get(1)));
        return of(Math.toIntExact(oriented.get(2)), deepest);
    }

    /** The slabs of so many slices with so many each at most. */
    static List<Slab> of(int slices, long deepest) {
        int count = Math.toIntExact((slices + deepest - 1) / deepest);
        List<Slab> slabs = new ArrayList<>();
        for (int i = 0; i < count; i++)
            slabs.add(new Slab((int) ((long) i * slices / count), (int) ((i + 1L) * slices / count)));
        return slabs;
    }

    /** How many slices. */
    public int depth() {
        return end - first;
    }

    /**
     * The slices of a volume that these are made of by linear interpolation.
     *
     * @param from
     *            slices of that volume
     * @param to
     *            slices of the volume that these belong to
     */
    Slab source(long from, long to) {
        return new Slab(SliceResampling.lower(SliceResampling.place(first, from, to), from),
                SliceResampling.upper(SliceResampling.place(end - 1, from, to), from) + 1);
    }
}
