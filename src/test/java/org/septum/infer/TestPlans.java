package org.septum.infer;

import java.util.Collections;
import java.util.List;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/** Plans for networks that the tests play. */
final class TestPlans {

    static final List<Double> AS_STORED = List.of(Double.NaN, Double.NaN, Double.NaN);

    /** Values that are not the output channels' numbers. */
    static final ClassLabels LABELS = new ClassLabels(List.of(new ClassLabel(0, "background", 0),
            new ClassLabel(7, "rim", 0xff0000), new ClassLabel(200, "core", 0x00ff00)));

    private TestPlans() {
    }

    /** A plan that leaves intensities as they are. */
    static Plan plan(int dims, int channels, Plan.GridAxes axes, List<Double> spacing, List<Integer> patch) {
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        return new Plan(Plan.VERSION, "test", Modality.OTHER, Collections.nCopies(channels, "grey"), LABELS,
                NetworkSpec.unet(dims, channels, LABELS.count(), List.of(4), new NoAttention()), axes, spacing, patch,
                Collections.nCopies(channels, asItIs), null, null);
    }

    static Plan plan3d(List<Integer> patch) {
        return plan(3, 1, Plan.GridAxes.LPS, AS_STORED, patch);
    }

    /** A 2D network that sees the slices beside as well. */
    static Plan planOfNeighbours(List<Integer> patch) {
        Plan flat = plan(2, 1, Plan.GridAxes.SCAN, AS_STORED, patch);
        return new Plan(flat.version(), flat.dataset(), flat.modality(), flat.channels(), flat.labels(),
                NetworkSpec.unet(2, 3, LABELS.count(), List.of(4), new NoAttention()), flat.grid(), flat.spacing(),
                List.of(), patch, flat.normalization(), null, null, null, List.of(-1, 0, 1), null);
    }
}
