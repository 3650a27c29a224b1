package org.septum.pipeline;

import java.util.List;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;

/**
 * How much of a mask one class takes up.
 *
 * @param label
 *            the class
 * @param voxels
 *            number of its voxels
 * @param millilitres
 *            their volume; NaN if the scan is not calibrated
 */
public record ClassVolume(ClassLabel label, long voxels, double millilitres) {

    /** The volume of every foreground class of a mask, in the order of the classes. */
    static List<ClassVolume> of(LabelMask mask) {
        long[] counts = new long[256];
        mask.pixels().forEach(v -> counts[v.get()]++);
        return mask.labels().foreground().stream().map(
                c -> new ClassVolume(c, counts[c.value()], counts[c.value()] * mask.geometry().voxelVolume() / 1000))
                .toList();
    }
}
