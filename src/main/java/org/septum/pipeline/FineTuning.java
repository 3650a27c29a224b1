package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

/**
 * Starts a training from a finished model: its network, grid and normalisation stay, its classes become those of the
 * new dataset. A class of a known name keeps what the model knows of it; one that the dataset does not name is dropped;
 * a new one begins as what the model took for background, a little varied and less likely, so that the first masks of
 * the known classes are those of the model.
 *
 * @param plan
 *            to train by
 * @param weights
 *            to start from
 */
record FineTuning(Plan plan, NamedWeights weights) {

    /** Against that of the model's own training. */
    static final double RATE = 0.1;

    /** By how much the logit of a new class lies below that of the background. */
    static final float BELOW = 3;

    /** Name of the decision in the plan. */
    static final String REASON = "fine-tuning";

    private static final double NOISE = 0.01;

    /**
     * Reads a model and fits it to a dataset.
     *
     * @throws SeptumException
     *             of kind INPUT if the model is damaged or its channels are not those of the dataset
     */
    static FineTuning of(Path model, CaseIndex index) {
        try (OpenBundle open = BundleReader.open(model)) {
            Bundle bundle = open.bundle();
            requireChannels(bundle.plan(), index, model);
            ClassLabels labels = index.labels().orElse(bundle.plan().labels());
            String origin = bundle.card().name() + (bundle.isEnsemble() ? ", its first network" : "") + ", SHA-256 "
                    + open.hash();
            Plan plan = plan(bundle.plan(), index.name(), labels, origin);
            return new FineTuning(plan, weights(bundle.members().get(0), bundle.plan(), plan));
        }
    }

    private static void requireChannels(Plan plan, CaseIndex index, Path model) {
        List<String> own = plan.channels().stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
        List<String> other = index.channels().stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
        if (!other.isEmpty() && !other.equals(own)) {
            throw SeptumException.input("the model " + model + " needs the channels " + plan.channels() + " and "
                    + index.name() + " has " + index.channels() + "; use a model with the same channels in the same"
                    + " order, or train a new one without --from");
        }
    }

    static Plan plan(Plan from, String dataset, ClassLabels labels, String origin) {
        Plan fitted = from.fitted(dataset, labels);
        Map<String, String> reasons = new LinkedHashMap<>(from.reasons());
        reasons.put(REASON, "from " + origin + ": network, grid and normalisation are its own");
        reasons.put(LearningWishes.RATE_REASON, RATE + " times that of the model, so that little is forgotten");
        return fitted.withReasons(reasons)
                .withTraining(from.training().withLearningRate(RATE * from.training().learningRate()));
    }

    /** The weights of a model with output channels for the classes of another plan of the same network. */
    static NamedWeights weights(NamedWeights old, Plan from, Plan to) {
        Map<String, NamedWeights.Tensor> fitted = new LinkedHashMap<>();
        Random random = new Random(to.training().seed());
        to.network().graph().weights().forEach((name, spec) -> {
            NamedWeights.Tensor tensor = old.get(name);
            boolean head = name.equals("head.weight") || name.equals("head.bias") || name.endsWith(".head.weight")
                    || name.endsWith(".head.bias");
            if (head)
                tensor = rows(tensor, from.labels(), to.labels(), name.endsWith("bias"), random);
            else if (!tensor.shape().equals(spec.shape()))
                throw SeptumException.input("the layer " + name + " of the model follows the number of classes ("
                        + from.labels().count() + ", the dataset has " + to.labels().count()
                        + "); such a network can only go on with as many classes");
            fitted.put(name, tensor);
        });
        return new NamedWeights(fitted);
    }

    private static NamedWeights.Tensor rows(NamedWeights.Tensor tensor, ClassLabels from, ClassLabels to, boolean bias,
            Random random) {
        float[] old = tensor.values();
        int length = old.length / from.count();
        double spread = 0;
        for (float v : old)
            spread += (double) v * v / old.length;
        float[] values = new float[length * to.count()];
        for (int k = 0; k < to.count(); k++) {
            int known = named(from, to.classes().get(k).name(), k);
            for (int i = 0; i < length; i++) {
                float value = old[Math.max(0, known) * length + i];
                if (known < 0)
                    value += bias ? -BELOW : (float) (NOISE * Math.sqrt(spread) * random.nextGaussian());
                values[k * length + i] = value;
            }
        }
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(0, (long) to.count());
        return NamedWeights.Tensor.of(shape, values);
    }

    /** Channel of the class of a name; the background is the background whatever it is called; -1 for a new class. */
    private static int named(ClassLabels labels, String name, int channel) {
        if (channel == 0)
            return 0;
        for (int i = 1; i < labels.count(); i++) {
            ClassLabel c = labels.classes().get(i);
            if (c.name().equalsIgnoreCase(name))
                return i;
        }
        return -1;
    }
}
