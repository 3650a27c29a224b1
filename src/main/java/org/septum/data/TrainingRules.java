package org.septum.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Decides how weights are found on a dataset, and adds the reasons to those of a plan. */
final class TrainingRules {

    /** Classes with a smaller share of the voxels count more in the loss. */
    private static final double COMMON = 0.02;

    private static final double LARGEST_WEIGHT = 3;

    /** Steps between two validations of slices of few patients. */
    private static final int STEPS_OF_FEW = 50;

    /** What the average of the weights keeps at a step, for slices of few patients. */
    private static final double AVERAGE_OF_FEW = 0.99;

    private final DatasetFingerprint facts;

    private final int dims;

    private final boolean inPlane;

    private final Map<String, String> reasons;

    /**
     * @param dims
     *            of the network
     * @param inPlane
     *            whether volumes are turned and bent within their slices only
     * @param reasons
     *            takes the reasons, by the names of the decisions
     */
    TrainingRules(DatasetFingerprint facts, int dims, boolean inPlane, Map<String, String> reasons) {
        this.facts = facts;
        this.dims = dims;
        this.inPlane = inPlane;
        this.reasons = reasons;
    }

    TrainingPlan plan(int batch, long seed) {
        double foreground = facts.classes().stream().skip(1).mapToDouble(DatasetFingerprint.ClassFacts::share).sum();
        double share = foreground < COMMON ? 0.5 : 0.33;
        reasons.put("foregroundShare",
                String.format(Locale.ROOT,
                        "%.3g %% of all voxels are foreground: %s of every batch shows some, every class in turn",
                        100 * foreground, share == 0.5 ? "half" : "a third"));
        AugmentationRules rules = AugmentationRules.of(facts, dims, inPlane);
        reasons.put("augmentation", rules.reason());
        boolean few = dims == 2 && facts.hasFewPatients();
        if (few)
            reasons.put("average",
                    "slices of " + facts.patients() + " patients: steps differ much from each other, so"
                            + " the weights that are kept are a moving average, and looked at after every "
                            + STEPS_OF_FEW + " steps");
        return new TrainingPlan(batch, few ? STEPS_OF_FEW : 100, 100, 0.03, 0.9, 3e-5, share, rules.plan(),
                lossWeights(), seed, few ? LearningPlan.PLAIN.withAverage(AVERAGE_OF_FEW) : LearningPlan.PLAIN);
    }

    private List<Double> lossWeights() {
        List<Double> weights = new ArrayList<>();
        for (DatasetFingerprint.ClassFacts c : facts.classes()) {
            double weight = c.share() > 0 ? Math.sqrt(COMMON / c.share()) : 1;
            weights.add(BigDecimal.valueOf(Math.max(1, Math.min(LARGEST_WEIGHT, weight)))
                    .setScale(2, RoundingMode.HALF_UP).doubleValue());
        }
        boolean even = weights.stream().allMatch(w -> w == 1);
        reasons.put("lossWeights", even ? "1 each: every class has at least 2 % of the voxels"
                : weights + ": classes with less than 2 % of the voxels count more in the cross-entropy, by the square"
                        + " root of what they lack, at most " + LARGEST_WEIGHT);
        return even ? List.of() : weights;
    }
}
