package org.septum.compress;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NetworkSpec;

/** Plans for networks of one input and small patches. */
final class TinyPlan {

    private TinyPlan() {
    }

    /** Patches of 16 × 8 or 16 × 8 × 8 (X, Y, Z), so many a batch. */
    static Plan of(NetworkSpec network, int batch) {
        TrainingPlan training = new TrainingPlan(batch, 5, 2, 0.01, 0.9, 0, 0.5,
                new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, 0, 0, 0), 1);
        String[] classes = new String[network.classes()];
        for (int c = 0; c < classes.length; c++)
            classes[c] = c == 0 ? "background" : "organ " + c;
        return new Plan(Plan.VERSION, "tiny", Modality.OTHER, List.of("grey"), ClassLabels.of(classes), network,
                Plan.GridAxes.SCAN, Collections.nCopies(3, Double.NaN), List.of(16, 8, network.dims() == 2 ? 1 : 8),
                List.of(IntensityNormalization.perScan()), training, Map.of());
    }
}
