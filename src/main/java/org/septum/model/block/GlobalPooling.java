package org.septum.model.block;

import java.util.List;

import ai.djl.ndarray.NDArray;

/** One value for each channel from all positions: (N, C, S) to (N, C). */
public sealed interface GlobalPooling extends Layer permits GlobalAverage, GlobalMaximum {

    @Override
    default TensorShape output(List<TensorShape> inputs) {
        return new TensorShape(Shapes.single(this, inputs).channels(), List.of());
    }

    @Override
    default Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    default Reach reach(int input, List<TensorShape> inputs) {
        return Reach.EVERYTHING;
    }

    /** (N, C, S) as (N, C, all positions). */
    static NDArray flat(NDArray x) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), -1);
    }
}
