package org.septum.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.data.DatasetFingerprint;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/** What is unlike the cases that a model was trained on, by what its plan says of them. Reads the scan once. */
public final class FingerprintCheck {

    /** A spacing this many times another one is unlike it. */
    private static final double OTHER_SPACING = 2;

    /** An object this many times as large as the median is unlike it. */
    private static final double OTHER_SIZE = 4;

    private FingerprintCheck() {
    }

    /**
     * Looks at a scan and its mask.
     *
     * @return one line for each thing that is unlike, for people; empty if there is none or the plan says nothing
     */
    public static List<String> of(Plan plan, Scan scan, LabelMask mask) {
        List<String> lines = new ArrayList<>();
        DatasetFingerprint known = plan.fingerprint();
        if (known == null)
            return lines;
        if (scan.modality() != Modality.OTHER && known.modality() != Modality.OTHER
                && scan.modality() != known.modality())
            lines.add("a scan of " + scan.modality() + ", the model was trained on " + known.modality());
        spacing(plan, scan, lines);
        objects(known, mask, lines);
        intensities(plan, scan, mask, lines);
        return lines;
    }

    private static void spacing(Plan plan, Scan scan, List<String> lines) {
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), List.of(scan.size(0), scan.size(1), scan.size(2)), plan);
        for (int d = 0; d < 3; d++) {
            double own = scan.geometry().spacing().get(grid.permutation().get(d));
            double usual = plan.fingerprint().spacing().get(d);
            double ratio = Math.max(own / usual, usual / own);
            if (ratio > OTHER_SPACING && scan.size(grid.permutation().get(d)) > 1)
                lines.add(String.format(Locale.ROOT, "spacing %.4g mm along %s, the model was trained on %.4g mm", own,
                        List.of("x", "y", "z").get(d), usual));
        }
    }

    private static void objects(DatasetFingerprint known, LabelMask mask, List<String> lines) {
        long[] counts = new long[256];
        mask.pixels().forEach(v -> counts[v.get()]++);
        double voxel = mask.geometry().voxelVolume();
        for (int c = 1; c < known.classes().size() && c < mask.labels().count(); c++) {
            DatasetFingerprint.ClassFacts usual = known.classes().get(c);
            long n = counts[mask.labels().classes().get(c).value()];
            boolean calibrated = !Double.isNaN(usual.volume()) && !Double.isNaN(voxel);
            double times = calibrated ? n * voxel / usual.volume() : (double) n / usual.voxels();
            if (n == 0) {
                // Of a class that some training cases lack its absence says nothing.
                if (usual.cases() == known.cases())
                    lines.add("no " + usual.name() + ", which every one of the " + known.cases()
                            + " training cases shows");
            } else if (usual.voxels() > 0 && (times > OTHER_SIZE || times < 1 / OTHER_SIZE))
                lines.add(String.format(Locale.ROOT, "%s %.2g times as large as the median of the training cases",
                        usual.name(), times));
        }
    }

    /** Where intensities have a unit, those of the objects must be like those of the training. */
    private static void intensities(Plan plan, Scan scan, LabelMask mask, List<String> lines) {
        for (int k = 0; k < plan.normalization().size() && k < plan.fingerprint().intensities().size(); k++) {
            if (plan.normalization().get(k).kind() != IntensityNormalization.Kind.DATASET)
                continue;
            double sum = 0;
            long n = 0;
            var grey = scan.pixels().randomAccess();
            var at = mask.pixels().localizingCursor();
            while (at.hasNext()) {
                if (at.next().get() == 0)
                    continue;
                for (int d = 0; d < 3; d++)
                    grey.setPosition(at.getLongPosition(d), d);
                grey.setPosition(k, 3);
                sum += grey.get().get();
                n++;
            }
            var usual = plan.fingerprint().intensities().get(k);
            if (n > 0 && (sum / n < usual.low() || sum / n > usual.high()))
                lines.add(String.format(Locale.ROOT,
                        "mean intensity of the objects %.4g, nearly all of the training's lie from %.4g to %.4g",
                        sum / n, usual.low(), usual.high()));
        }
    }
}
