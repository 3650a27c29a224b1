package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;

/** Checks of declared shapes, shared by the layers. */
final class Shapes {

    private Shapes() {
    }

    static TensorShape single(Layer layer, List<TensorShape> inputs) {
        if (inputs.size() != 1)
            throw wrong(layer, inputs.size() + " inputs", "exactly one");
        return inputs.get(0);
    }

    static void requireChannels(Layer layer, TensorShape shape, int channels) {
        if (shape.channels() != channels) {
            throw wrong(layer, shape.channels() + " channels", String.valueOf(channels));
        }
    }

    /** Sizes divided by a stride and rounded up, as padding by half an odd window leaves them. */
    static TensorShape reduced(TensorShape x, List<Integer> stride) {
        List<Integer> spatial = new ArrayList<>();
        for (int d = 0; d < stride.size(); d++)
            spatial.add((x.spatial().get(d) + stride.get(d) - 1) / stride.get(d));
        return new TensorShape(x.channels(), spatial);
    }

    static SeptumException wrong(Layer layer, String given, String allowed) {
        return new SeptumException(SeptumException.Kind.INPUT, layer + " was given " + given + "; it needs " + allowed);
    }
}
