package org.septum.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.Scan;
import org.septum.core.Vector3;

/** What a scan is like, whatever is on it: numbers by their names, those that are known. */
public final class ScanFacts {

    static final String TILT = "tilt";

    static final String SKEW = "skew of the intensities";

    static final String LOWEST = "share of the lowest intensity";

    private static final List<String> AXES = List.of("x", "y", "z");

    private ScanFacts() {
    }

    /**
     * Spacing in mm and number of voxels by axis, how far the axes are from those of the body in degrees, and of each
     * channel how skewed the intensities are and which share of them is the lowest: neither hangs on their unit.
     */
    public static Map<String, Double> of(Scan scan) {
        Map<String, Double> facts = new LinkedHashMap<>();
        for (int d = 0; d < 3; d++) {
            double spacing = scan.geometry().spacing().get(d);
            if (!Double.isNaN(spacing))
                facts.put("spacing along " + AXES.get(d), spacing);
            facts.put("voxels along " + AXES.get(d), (double) scan.size(d));
        }
        if (scan.geometry().isCalibrated() && scan.isVolume())
            facts.put(TILT, tilt(scan));
        for (int c = 0; c < scan.channels(); c++)
            intensities(scan, c, scan.channels() == 1 ? "" : " of channel " + (c + 1), facts);
        return facts;
    }

    /** The largest angle between an axis of the scan and the nearest of the body's, in degrees. */
    private static double tilt(Scan scan) {
        double most = 0;
        Vector3 origin = scan.geometry().position(0, 0, 0);
        for (int d = 0; d < 3; d++) {
            Vector3 end = scan.geometry().position(d == 0 ? 1 : 0, d == 1 ? 1 : 0, d == 2 ? 1 : 0);
            double length = 0;
            double along = 0;
            for (int k = 0; k < 3; k++) {
                double step = end.get(k) - origin.get(k);
                length += step * step;
                along = Math.max(along, Math.abs(step));
            }
            most = Math.max(most, Math.toDegrees(Math.acos(Math.min(1, along / Math.sqrt(length)))));
        }
        return most;
    }

    private static void intensities(Scan scan, int channel, String of, Map<String, Double> facts) {
        double n = 0;
        double sum = 0;
        double squares = 0;
        double lowest = Double.POSITIVE_INFINITY;
        for (FloatType v : Views.hyperSlice(scan.pixels(), 3, channel)) {
            double x = v.get();
            n++;
            sum += x;
            squares += x * x;
            lowest = Math.min(lowest, x);
        }
        double mean = sum / n;
        double sd = Math.sqrt(Math.max(0, squares / n - mean * mean));
        double cubes = 0;
        double atLowest = 0;
        for (FloatType v : Views.hyperSlice(scan.pixels(), 3, channel)) {
            double z = sd > 0 ? (v.get() - mean) / sd : 0;
            cubes += z * z * z;
            atLowest += v.get() == lowest ? 1 : 0;
        }
        facts.put(SKEW + of, cubes / n);
        facts.put(LOWEST + of, atLowest / n);
    }
}
