package org.septum.pipeline;

import java.util.List;
import java.util.Locale;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.metrics.DistanceUnit;
import org.septum.metrics.Measurement;

/**
 * How much of a mask one class takes up.
 *
 * @param label
 *            the class
 * @param voxels
 *            number of its voxels
 * @param millilitres
 *            their volume; NaN if the scan is not calibrated
 * @param measured
 *            what the model is there to measure; empty if nothing
 */
public record ClassVolume(ClassLabel label, long voxels, double millilitres, List<Measured> measured) {

    /**
     * One thing that was measured.
     *
     * @param kind
     *            "circumference"
     * @param value
     *            in {@code unit}; null if it cannot be measured in this mask
     * @param unit
     *            "mm", or "voxels" if the pixel size is not known
     */
    public record Measured(String kind, Double value, String unit) {

        /** "circumference 175.21 mm", for people. */
        String words() {
            return kind + " " + (value == null ? "not measurable" : String.format(Locale.ROOT, "%.2f %s", value, unit));
        }
    }

    public ClassVolume {
        measured = List.copyOf(measured);
    }

    /** The volume of every foreground class of a mask, in the order of the classes. */
    static List<ClassVolume> of(LabelMask mask) {
        return of(mask, List.of());
    }

    /** The same with what is to be measured. */
    static List<ClassVolume> of(LabelMask mask, List<Measurement> wanted) {
        long[] counts = new long[256];
        mask.pixels().forEach(v -> counts[v.get()]++);
        return mask.labels().foreground().stream().map(c -> new ClassVolume(c, counts[c.value()],
                counts[c.value()] * mask.geometry().voxelVolume() / 1000, measured(mask, c, wanted))).toList();
    }

    private static List<Measured> measured(LabelMask mask, ClassLabel label, List<Measurement> wanted) {
        String unit = DistanceUnit.of(mask.geometry(), mask.size(2) == 1).symbol();
        return wanted.stream().filter(m -> m.className().equals(label.name())).map(m -> {
            double value = m.of(mask, label.value());
            return new Measured(m.kind().word(), Double.isNaN(value) ? null : value, unit);
        }).toList();
    }

    /** "1.73 ml", or "1530 voxels" of a scan that is not calibrated, and what was measured; for people. */
    String words() {
        StringBuilder words = new StringBuilder(
                Double.isNaN(millilitres) ? voxels + " voxels" : String.format(Locale.ROOT, "%.2f ml", millilitres));
        measured.forEach(m -> words.append(", ").append(m.words()));
        return words.toString();
    }
}
