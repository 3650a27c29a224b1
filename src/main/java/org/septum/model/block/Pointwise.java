package org.septum.model.block;

import java.util.List;

/** A layer that treats every value alone: no weights, the shape of its input, no multiply-adds of convolutions. */
public sealed interface Pointwise extends Layer permits Relu, Relu6, LeakyRelu, Silu, Sigmoid {

    @Override
    default TensorShape output(List<TensorShape> inputs) {
        return Shapes.single(this, inputs);
    }

    @Override
    default Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    default Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
