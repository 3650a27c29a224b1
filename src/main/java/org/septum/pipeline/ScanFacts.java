package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/**
 * What a scan is: its size, place and intensities.
 *
 * @param name
 *            of the scan
 * @param size
 *            voxels along x, y, z
 * @param channels
 *            number of channels
 * @param spacing
 *            along x, y, z in mm; NaN where it is not known
 * @param modality
 *            how it was made
 * @param view
 *            the plane of its slices and how far it is tilted: "axial", "sagittal, tilted 12.5°"; empty if not known
 * @param axes
 *            the side each axis x, y, z runs to: "LPS", "RAS"
 * @param lowest
 *            smallest value
 * @param highest
 *            largest value
 * @param mean
 *            mean value
 * @param phases
 *            of a time series; 1 for most scans. The values are those of the phase that was looked at
 * @param content
 *            SHA-256 of size and values: equal for equal scans in whatever format
 * @param notes
 *            what its reader saw that a person should know
 */
public record ScanFacts(String name, List<Long> size, int channels, List<Double> spacing, String modality, String view,
        String axes, double lowest, double highest, double mean, int phases, String content, List<String> notes) {

    private static final double UPRIGHT_DEGREES = 0.1;

    public ScanFacts {
        size = List.copyOf(size);
        spacing = List.copyOf(spacing);
        notes = List.copyOf(notes);
    }

    /**
     * Measures a scan; reads all its pixels.
     *
     * @param phases
     *            how many phases the series has that it belongs to
     */
    static ScanFacts of(Scan scan, int phases) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        double sum = 0;
        ContentHash hash = new ContentHash(scan.pixels().dimensionsAsLongArray());
        for (FloatType v : scan.pixels().view().flatIterable()) {
            float x = v.get();
            low = Math.min(low, x);
            high = Math.max(high, x);
            sum += x;
            hash.add(x);
        }
        ScanGeometry g = scan.geometry();
        boolean placed = g.isCalibrated();
        return new ScanFacts(scan.name(), List.of(scan.size(0), scan.size(1), scan.size(2)), scan.channels(),
                List.of(g.spacing().x(), g.spacing().y(), g.spacing().z()), scan.modality().name(),
                placed && scan.isVolume() ? view(g) : "", placed ? axes(g) : "", low, high, sum / scan.pixels().size(),
                phases, hash.text(), scan.notes());
    }

    /** The patient's plane that the slices lie in most nearly. */
    static String view(ScanGeometry g) {
        Vector3 normal = g.direction().x().cross(g.direction().y());
        double length = normal.length();
        String[] planes = { "sagittal", "coronal", "axial" };
        int most = 0;
        for (int d = 1; d < 3; d++)
            if (Math.abs(normal.get(d)) > Math.abs(normal.get(most)) + 1e-9)
                most = d;
        double tilt = Math.toDegrees(Math.acos(Math.min(1, Math.abs(normal.get(most)) / length)));
        return planes[most] + (tilt < UPRIGHT_DEGREES ? "" : String.format(Locale.ROOT, ", tilted %.1f°", tilt));
    }

    /** The letter of the side that each axis runs to most nearly. */
    static String axes(ScanGeometry g) {
        StringBuilder letters = new StringBuilder();
        for (int d = 0; d < 3; d++) {
            Vector3 axis = g.direction().axis(d);
            int most = 0;
            for (int k = 1; k < 3; k++)
                if (Math.abs(axis.get(k)) > Math.abs(axis.get(most)) + 1e-9)
                    most = k;
            letters.append((axis.get(most) > 0 ? "LPS" : "RAI").charAt(most));
        }
        return letters.toString();
    }

    /** "MR, 36×52×38, 1 × 1 × 1 mm, axial, axes RAS, values 0 … 2252 (mean 310)". */
    public String describe() {
        List<String> words = new ArrayList<>();
        if (!modality.equals("OTHER"))
            words.add(modality);
        words.add(size.get(0) + "×" + size.get(1) + "×" + size.get(2)
                + (channels == 1 ? "" : ", " + channels + " channels"));
        if (phases > 1)
            words.add(phases + " phases");
        words.add(spacing.stream().anyMatch(s -> s.isNaN()) ? "no voxel size"
                : number(spacing.get(0)) + " × " + number(spacing.get(1)) + " × " + number(spacing.get(2)) + " mm");
        if (!view.isEmpty())
            words.add(view);
        if (!axes.isEmpty())
            words.add("axes " + axes);
        words.add("values " + number(lowest) + " … " + number(highest) + " (mean " + number(mean) + ")");
        return String.join(", ", words);
    }

    /** At most three decimals, no zeros at the end. */
    static String number(double value) {
        String text = Math.abs(value) >= 1e6 ? String.format(Locale.ROOT, "%.4g", value)
                : String.format(Locale.ROOT, "%.3f", value);
        return text.contains(".") && !text.contains("e") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
