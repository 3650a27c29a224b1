package org.septum.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/** Writes a 2D model with random weights, for measurements: {@code RandomModel CLASSES TILE OUTPUT}. */
public final class RandomModel {

    private RandomModel() {
    }

    /** Writes it. */
    public static void main(String[] args) {
        List<String> names = new ArrayList<>(List.of("background"));
        for (int c = 1; c < Integer.parseInt(args[0]); c++)
            names.add("organ " + c);
        int tile = Integer.parseInt(args[1]);
        NetworkSpec network = NetworkSpec.unet(2, 1, names.size(), List.of(16, 32, 64), new NoAttention());
        Plan plan = new Plan(Plan.VERSION, "noise", Modality.OTHER, List.of("grey"),
                ClassLabels.of(names.toArray(String[]::new)), network, Plan.GridAxes.SCAN,
                Collections.nCopies(3, Double.NaN), List.of(tile, tile, 1), List.of(IntensityNormalization.perScan()),
                null, Map.of());
        BundleWriter.write(Bundle.of(plan, NamedWeights.initial(network.graph(), 1), ModelCard.of(plan)),
                Path.of(args[2]), true);
    }
}
