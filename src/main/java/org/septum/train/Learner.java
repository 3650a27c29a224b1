package org.septum.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.septum.data.Patch;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;

/** A network and what changes with it while it learns. Everything belongs to one manager. */
class Learner {

    /** How one is made; a seam for tests. */
    interface Maker {

        /** One that is ready for its first step, or for the next after a checkpoint. */
        Learner begin(Plan plan, Optional<Checkpoint> from, NDManager manager);
    }

    private final Plan plan;

    private final NDManager manager;

    private final NetworkBlock network;

    private final Replicas replicas;

    private final Map<String, NDArray> trained;

    private final Optimizer optimizer;

    private final Optional<WeightAverage> average;

    private final DeepSupervision loss;

    /** One that is ready for its first step, or for the next after a checkpoint. */
    Learner(Plan plan, Optional<Checkpoint> from, NDManager manager) {
        this(plan, from, new Start(null, List.of()), manager);
    }

    /**
     * With what a learner begins.
     *
     * @param weights
     *            null for random ones
     * @param others
     *            devices that a batch is divided among, besides that of the manager
     */
    private record Start(NamedWeights weights, List<Device> others) {
    }

    private Learner(Plan plan, Optional<Checkpoint> from, Start start, NDManager manager) {
        this.plan = plan;
        this.manager = manager;
        NamedWeights weights = from.map(Checkpoint::weights).orElseGet(() -> start.weights() != null ? start.weights()
                : NamedWeights.initial(plan.network().graph(), plan.training().seed()));
        this.network = NetworkBuilder.build(plan.network(), weights, manager);
        this.trained = network.trained();
        trained.values().forEach(w -> w.setRequiresGradient(true));
        this.replicas = new Replicas(network, plan, start.others(), manager);
        this.optimizer = Optimizer.of(plan.training(), trained, manager);
        from.ifPresent(c -> optimizer.restore(c.optimizer()));
        double decay = plan.training().learning().average();
        this.average = decay == 0 ? Optional.empty()
                : Optional.of(new WeightAverage(
                        NetworkBuilder.build(plan.network(), from.map(Checkpoint::average).orElse(weights), manager),
                        decay));
        this.loss = new DeepSupervision(Loss.of(plan.training().learning().loss(), plan.training().lossWeights()));
    }

    /**
     * Makes learners that start from given weights; after a checkpoint they go on from that.
     *
     * @param initial
     *            absent for random weights
     * @param others
     *            devices that batches are divided among, besides that of the manager
     */
    static Maker maker(Optional<NamedWeights> initial, List<Device> others) {
        Start start = new Start(initial.orElse(null), List.copyOf(others));
        return (plan, from, manager) -> new Learner(plan, from, start, manager);
    }

    static Learner begin(Plan plan, Optional<Checkpoint> from, NDManager manager) {
        return new Learner(plan, from, manager);
    }

    /**
     * Learns from a batch.
     *
     * @param step
     *            from 0
     *
     * @return the loss before
     *
     * @throws Diverged
     *             if loss or gradient is not finite
     */
    double step(List<Patch> batch, double rate, long step) {
        float result;
        try (NDManager scope = manager.newSubManager();
                GradientCollector gradients = ComputeDevice.engine(TrainingRun.ENGINE).newGradientCollector()) {
            NDArray input = Tensors.input(batch, plan, scope);
            NDArray target = Tensors.target(batch, plan, scope);
            NDList outputs = replicas.forward(input);
            NDArray value = loss.evaluate(outputs, target);
            gradients.backward(value);
            replicas.gather();
            result = value.getFloat();
            if (!Float.isFinite(result))
                throw new Diverged("the loss became " + result);
            if (Double.isNaN(optimizer.step(trained, rate)))
                throw new Diverged("the gradient is not finite at a loss of " + result);
        }
        replicas.spread();
        average.ifPresent(a -> a.add(network, step));
        return result;
    }

    /** The network whose weights are kept: the average, if there is one. */
    NetworkBlock judged() {
        return average.map(WeightAverage::network).orElse(network);
    }

    NamedWeights weights() {
        return network.weights();
    }

    NamedWeights optimizerState() {
        return optimizer.state();
    }

    NDManager manager() {
        return manager;
    }
}
