package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.Vector3;

/**
 * How much of a scan one class takes up, and what the scan shows there.
 *
 * @param volume
 *            number of voxels, ml, and what the model measures
 * @param squareMillimetres
 *            area in a scan of one slice; NaN in a volume, or if the pixel size is not known
 * @param means
 *            mean value of the scan in the class, in the scan's own unit, one for each channel; NaN for a class without
 *            voxels; empty if they were not asked for
 */
public record ClassContent(ClassVolume volume, double squareMillimetres, List<Double> means) {

    public ClassContent {
        means = List.copyOf(means);
    }

    /** Without means. */
    static List<ClassContent> of(LabelMask mask, List<ClassVolume> volumes) {
        return volumes.stream().map(v -> new ClassContent(v, area(mask, v.voxels()), List.of())).toList();
    }

    /**
     * With the mean of every channel: reads the scan once.
     *
     * @param scan
     *            on the grid of the mask
     */
    static List<ClassContent> of(LabelMask mask, List<ClassVolume> volumes, Scan scan, Progress progress) {
        double[][] sums = sums(mask, scan, progress);
        List<ClassContent> contents = new ArrayList<>();
        for (ClassVolume v : volumes) {
            List<Double> means = new ArrayList<>();
            for (double[] channel : sums)
                means.add(v.voxels() == 0 ? Double.NaN : channel[v.label().value()] / v.voxels());
            contents.add(new ClassContent(v, area(mask, v.voxels()), means));
        }
        return contents;
    }

    private static double area(LabelMask mask, long voxels) {
        Vector3 spacing = mask.geometry().spacing();
        return mask.size(2) == 1 ? voxels * spacing.x() * spacing.y() : Double.NaN;
    }

    /** Sum of the scan's values by channel and label value. */
    private static double[][] sums(LabelMask mask, Scan scan, Progress progress) {
        double[][] sums = new double[scan.channels()][256];
        RandomAccess<FloatType> value = scan.pixels().randomAccess();
        RandomAccess<UnsignedByteType> label = mask.pixels().randomAccess();
        for (int c = 0; c < scan.channels(); c++) {
            for (long z = 0; z < scan.size(2); z++) {
                progress.throwIfCancelled();
                for (long y = 0; y < scan.size(1); y++) {
                    value.setPosition(new long[] { 0, y, z, c });
                    label.setPosition(new long[] { 0, y, z });
                    for (long x = 0; x < scan.size(0); x++, value.fwd(0), label.fwd(0))
                        sums[c][label.get().get()] += value.get().get();
                }
            }
        }
        return sums;
    }

    /** "blob 1.73 ml", or the area of a class in a single slice, and what was measured; for people. */
    public String words() {
        String area = Double.isNaN(squareMillimetres) ? ""
                : String.format(Locale.ROOT, ", %.2f mm²", squareMillimetres);
        return volume.label().name() + " " + volume.words() + area;
    }
}
