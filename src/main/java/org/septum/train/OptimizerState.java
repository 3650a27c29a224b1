package org.septum.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Arrays by name that an optimiser remembers; all are 0 at first. */
final class OptimizerState {

    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    private final NDManager manager;

    OptimizerState(NDManager manager) {
        this.manager = manager;
    }

    /** One array for each weight, with its shape, named prefix + name. */
    void add(String prefix, Map<String, NDArray> weights) {
        weights.forEach((name, w) -> {
            NDArray array = manager.zeros(w.getShape());
            array.setName(prefix + name);
            arrays.put(prefix + name, array);
        });
    }

    NDArray get(String name) {
        return arrays.get(name);
    }

    /** A copy. */
    Map<String, NamedWeights.Tensor> copy() {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        arrays.forEach((name, a) -> tensors.put(name, NamedWeights.Tensor.of(shape(a), a.toFloatArray())));
        return tensors;
    }

    private static List<Long> shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }

    /** Takes over a copy; refuses names or shapes other than its own. */
    void restore(Map<String, NamedWeights.Tensor> saved) {
        boolean fits = saved.keySet().equals(arrays.keySet())
                && arrays.entrySet().stream().allMatch(e -> saved.get(e.getKey()).shape().equals(shape(e.getValue())));
        if (!fits) {
            throw SeptumException.input("the checkpoint's optimiser state belongs to another network or another"
                    + " optimiser; start anew without --resume");
        }
        arrays.forEach((name, a) -> a.set(saved.get(name).values()));
    }
}
