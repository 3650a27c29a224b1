package org.septum.train;

import java.util.Map;

import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;

import ai.djl.ndarray.NDArray;

/**
 * Exponential moving average of all weights of a network, running statistics among them (Polyak and Juditsky, SIAM J.
 * Control Optim. 1992; Tarvainen and Valpola, NeurIPS 2017): a ← d a + (1 - d) w with d = min(decay, (1 + t) / (10 +
 * t)) after step t = 0, 1 … The average is a network itself, which can be asked.
 */
final class WeightAverage {

    private final NetworkBlock network;

    private final double decay;

    /**
     * Starts from a network.
     *
     * @param network
     *            with the average so far; it is changed in place
     * @param decay
     *            share of the old average in the new, from 0 to below 1
     */
    WeightAverage(NetworkBlock network, double decay) {
        this.network = network;
        this.decay = decay;
    }

    /** The averaged network. */
    NetworkBlock network() {
        return network;
    }

    /** The average as weights. */
    NamedWeights weights() {
        return network.weights();
    }

    /** Takes in the weights after a step. */
    void add(NetworkBlock other, long step) {
        double keep = Math.min(decay, (1 + step) / (10.0 + step));
        Map<String, NDArray> news = other.arrays();
        network.arrays().forEach((name, a) -> {
            try (NDArray plain = news.get(name).stopGradient();
                    NDArray part = plain.mul(1 - keep)) {
                a.muli(keep);
                a.addi(part);
            }
        });
    }
}
