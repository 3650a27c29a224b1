package org.septum.bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.WeightSpec;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

/** Small models with random weights. */
final class Models {

    private Models() {
    }

    /** Two inputs, three classes; in 3D halved along z only once. */
    static NetworkSpec network(int dims, String attention) {
        List<StageSpec> stages = dims == 2
                ? List.of(StageSpec.uniform(List.of(1, 1), 5, false), StageSpec.uniform(List.of(2, 2), 7, false),
                        StageSpec.uniform(List.of(2, 2), 16, true))
                : List.of(StageSpec.uniform(List.of(1, 1, 1), 5, false), StageSpec.uniform(List.of(1, 2, 2), 7, false),
                        StageSpec.uniform(List.of(2, 2, 2), 16, true));
        return new NetworkSpec(dims, 2, 3, new PlainEncoder(), AttentionSpec.of(attention), stages);
    }

    /** Random weights of every kind, also those that start as zeros or ones. */
    static NamedWeights weights(NetworkSpec spec, long seed) {
        Random random = new Random(seed);
        Map<String, WeightSpec> specs = spec.graph().weights();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NamedWeights.initial(spec.graph(), seed).tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) switch (specs.get(name).role()) {
                    case KERNEL -> 0;
                    case SCALE -> 0.3 * random.nextGaussian();
                    case RUNNING_VARIANCE -> 2 * random.nextDouble() - 0.5;
                    default -> 0.5 * random.nextGaussian();
                };
            }
            tensors.put(name, Tensor.of(tensor.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    static Plan plan(int dims, String attention, List<IntensityNormalization> normalization) {
        TrainingPlan training = new TrainingPlan(2, 10, 5, 0.01, 0.9, 1e-4, 0.33,
                new TrainingPlan.AugmentationPlan(true, false, false, 15, 0.2, 0.3, 0.1, 0.1), 7);
        return new Plan(Plan.VERSION, "Phantom/37×52×30", Modality.MR, List.of("T1", "T2"),
                ClassLabels.of("background", "left ventricle", "wall"), network(dims, attention), Plan.GridAxes.LPS,
                dims == 3 ? List.of(0.7, 0.9, 2.5) : List.of(0.7, 0.9, Double.NaN),
                dims == 3 ? List.of(40, 32, 12) : List.of(80, 48, 1), normalization, training,
                Map.of("patch", "half of the median scan"));
    }

    static Bundle bundle(int dims, String attention) {
        Plan plan = plan(dims, attention, List.of(IntensityNormalization.perScan(), IntensityNormalization.perScan()));
        ModelCard card = new ModelCard("Phantom model (" + dims + "D)", "Segments phantoms: \"walls\" & more.",
                List.of(new ModelCard.Author("Ada Example", "University of Examples"),
                        new ModelCard.Author("B. Example", "")),
                "CC-BY-SA-4.0", "Phantom data by Example et al., CC-BY-SA 4.0",
                List.of(new ModelCard.Citation("Example et al., Phantoms", "", "https://phantoms.example.org/paper")),
                Map.of(), List.of())
                        .withTraining(Map.of("epochs", "5", "split", "fold 0 of 5, 20 cases for training"))
                        .withScores(List.of(new ModelCard.Score("wall", "Dice", 0.81, 0.07, 4, "fold 0 validation"),
                                new ModelCard.Score("left ventricle", "Dice", Double.NaN, Double.NaN, 0,
                                        "fold 0 validation")));
        return Bundle.of(plan, weights(plan.network(), 11), card);
    }
}
