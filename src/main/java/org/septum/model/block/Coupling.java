package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a layer does with channels: which of its inputs' channels its output carries, which of them belong together, and
 * along which axes its weights have an entry for each of them. With this of all layers {@code ChannelGraph} knows what
 * has to be cut with a channel without knowing any layer.
 *
 * @param made
 *            number of channels that the layer makes anew; 0 if its output carries channels of its inputs
 * @param carried
 *            otherwise the inputs whose channels the output carries, one after the other; one that is not named here
 *            only steers
 * @param tied
 *            inputs whose channels are the same, one by one: cutting channel c of one is cutting channel c of each
 * @param axes
 *            where the weights have an entry for each channel
 * @param exact
 *            whether channels that are 0 everywhere can be cut without any change to the others
 * @param fixed
 *            whether the layer needs all channels that it reads and makes, so that none may be cut
 */
public record Coupling(int made, List<Integer> carried, List<Integer> tied, List<Axis> axes, boolean exact,
        boolean fixed) {

    /** Instead of an input: the output. */
    public static final int OUTPUT = -1;

    /**
     * An axis of a weight along which every channel has its entry.
     *
     * @param weight
     *            its name within the layer
     * @param axis
     *            counted from 0
     * @param input
     *            whose channels: index of an input, or {@link Coupling#OUTPUT}
     */
    public record Axis(String weight, int axis, int input) {
    }

    public Coupling {
        carried = List.copyOf(carried);
        tied = List.copyOf(tied);
        axes = List.copyOf(axes);
        if (made > 0 != carried.isEmpty())
            throw new IllegalArgumentException("a layer either makes channels or carries those of its inputs");
    }

    /** Every channel of the first input passes alone; other inputs only steer. */
    public static Coupling passing() {
        return new Coupling(0, List.of(0), List.of(), List.of(), true, false);
    }

    /** Every channel of the first input passes alone, and each weight has one entry a channel along its first axis. */
    public static Coupling passing(List<WeightSpec> weights) {
        return new Coupling(0, List.of(0), List.of(), weights.stream().map(w -> new Axis(w.name(), 0, OUTPUT)).toList(),
                true, false);
    }

    /** The channels of all inputs one after the other. */
    public static Coupling joining(int inputs) {
        return new Coupling(0, IntStream.range(0, inputs).boxed().toList(), List.of(), List.of(), true, false);
    }

    /** The channels of one input; those of the tied inputs belong together. */
    public static Coupling tying(int carried, List<Integer> tied) {
        return new Coupling(0, List.of(carried), tied, List.of(), true, false);
    }

    /** New channels, each a sum over all that are read. */
    public static Coupling making(int channels, List<Axis> axes) {
        return new Coupling(channels, List.of(), List.of(), axes, true, false);
    }

    /** Of a kernel between all channels read and all made, its output axis given and its input axis the other one. */
    static List<Axis> dense(List<WeightSpec> weights, int outputAxis) {
        List<Axis> axes = new ArrayList<>();
        for (WeightSpec w : weights) {
            boolean kernel = w.role() == WeightSpec.Role.KERNEL;
            axes.add(new Axis(w.name(), kernel ? outputAxis : 0, OUTPUT));
            if (kernel)
                axes.add(new Axis(w.name(), 1 - outputAxis, 0));
        }
        return axes;
    }

    /** This, but cutting changes the channels that stay. */
    public Coupling approximate() {
        return new Coupling(made, carried, tied, axes, false, fixed);
    }

    /** This, but nothing may be cut. */
    public Coupling unchangeable() {
        return new Coupling(made, carried, tied, axes, exact, true);
    }
}
