package org.septum.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.septum.data.Plan;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;

/**
 * A network that learns, and copies of it on other devices, among which a batch is divided. Outputs come together on
 * the network's own device, where the loss is that of the whole batch; gradients are added up there, and the changed
 * weights go back to the copies. A step is the same however many copies there are, but for batch normalisation: each
 * copy normalises its part of the batch by itself, and the running statistics are those of the first part.
 */
final class Replicas {

    /** A copy and the manager of its arrays. */
    private record Copy(NetworkBlock network, NDManager manager) {
    }

    private final NetworkBlock network;

    private final NDManager manager;

    private final List<Copy> copies = new ArrayList<>();

    /** Copies that took part in the step. */
    private int used;

    /**
     * @param network
     *            that is trained
     * @param others
     *            a device for each copy; none to train on the device of {@code manager} alone
     * @param manager
     *            that of the network; it closes those of the copies
     */
    Replicas(NetworkBlock network, Plan plan, List<Device> others, NDManager manager) {
        this.network = network;
        this.manager = manager;
        for (Device device : others) {
            NDManager own = manager.newSubManager(device);
            NetworkBlock copy = NetworkBuilder.build(plan.network(), network.weights(), own);
            copy.trained().values().forEach(w -> w.setRequiresGradient(true));
            copies.add(new Copy(copy, own));
        }
    }

    /** The network's outputs for a batch, in its order, on the device of the input. */
    NDList forward(NDArray input) {
        int n = (int) input.getShape().get(0);
        int parts = Math.min(n, copies.size() + 1);
        used = parts - 1;
        if (parts == 1)
            return network.forward(new ParameterStore(manager, false), new NDList(input), true);
        List<NDList> outputs = new ArrayList<>();
        for (int p = 0; p < parts; p++) {
            NDArray part = input.get(new NDIndex(n * p / parts + ":" + n * (p + 1) / parts));
            outputs.add(p == 0 ? network.forward(new ParameterStore(manager, false), new NDList(part), true)
                    : forward(copies.get(p - 1), part));
        }
        NDList joined = new NDList();
        for (int i = 0; i < outputs.get(0).size(); i++) {
            NDList same = new NDList();
            for (NDList of : outputs)
                same.add(of.get(i).toDevice(input.getDevice(), false));
            joined.add(NDArrays.concat(same, 0));
        }
        return joined;
    }

    private static NDList forward(Copy copy, NDArray part) {
        NDArray moved = part.toDevice(copy.manager().getDevice(), false);
        return copy.network().forward(new ParameterStore(copy.manager(), false), new NDList(moved), true);
    }

    /** Adds the gradients of the copies to those of the network. */
    void gather() {
        Map<String, NDArray> own = network.trained();
        for (Copy copy : copies.subList(0, used)) {
            copy.network().trained().forEach((name, w) -> {
                try (NDArray theirs = w.getGradient();
                        NDArray moved = theirs.toDevice(manager.getDevice(), true);
                        NDArray sum = own.get(name).getGradient()) {
                    sum.addi(moved);
                    theirs.subi(theirs);
                }
            });
        }
    }

    /** Gives the network's weights to the copies. */
    void spread() {
        Map<String, NDArray> own = network.arrays();
        for (Copy copy : copies) {
            copy.network().arrays().forEach((name, w) -> {
                try (NDArray plain = w.stopGradient();
                        NDArray source = own.get(name).stopGradient();
                        NDArray moved = source.toDevice(copy.manager().getDevice(), true)) {
                    plain.subi(plain);
                    plain.addi(moved);
                }
            });
        }
    }
}
