package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.SeptumException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** What every layer promises: the output has the declared shape, and inputs that do not fit are refused. */
class LayerContractTest {

    private static TensorShape shape(int channels, Integer... spatial) {
        return new TensorShape(channels, List.of(spatial));
    }

    /** Layer, shapes of its inputs, multiply-adds by hand, inputs that do not fit . */
    static Stream<Arguments> layers() {
        TensorShape flat = shape(6, 7, 10);
        TensorShape volume = shape(6, 4, 9, 10);
        List<TensorShape> two = List.of(flat, flat);
        return Stream.of(
                Arguments.of(new Convolution(6, 5, List.of(3, 1)), List.of(flat), 3L * 6 * 5 * 70,
                        List.of(shape(5, 7, 10))),
                Arguments.of(new Convolution(6, 5, List.of(1, 3, 5)), List.of(volume), 15L * 6 * 5 * 360,
                        List.of(shape(7, 4, 9, 10))),
                Arguments.of(new Convolution(6, 4, List.of(3, 5), List.of(2, 3), 2, false), List.of(flat),
                        15L * 3 * 4 * 4 * 4, List.of(shape(5, 7, 10))),
                Arguments.of(Convolution.depthwise(6, 3, List.of(1, 2, 2)), List.of(volume), 27L * 6 * 4 * 5 * 5,
                        List.of(shape(7, 4, 9, 10))),
                Arguments.of(new UpConvolution(6, 5, List.of(2, 3)), List.of(flat), 6L * 6 * 5 * 70,
                        List.of(shape(5, 7, 10))),
                Arguments.of(new UpConvolution(6, 5, List.of(1, 2, 2)), List.of(volume), 4L * 6 * 5 * 360,
                        List.of(volume, volume)),
                Arguments.of(new BatchNormalization(6), List.of(flat), 0L, List.of(shape(5, 7, 10))),
                Arguments.of(new BatchNormalization(6), List.of(volume), 0L, List.of(shape(5, 4, 9, 10))),
                Arguments.of(new GroupNormalization(6, 3), List.of(flat), 0L, List.of(shape(5, 7, 10))),
                Arguments.of(GroupNormalization.instance(6), List.of(volume), 0L, List.of(shape(5, 4, 9, 10))),
                Arguments.of(new Relu6(), List.of(volume), 0L, two),
                Arguments.of(new LeakyRelu(), List.of(flat), 0L, two),
                Arguments.of(new Silu(), List.of(volume), 0L, two),
                Arguments.of(new Addition(), List.of(volume, volume), 0L, List.of(flat, volume)),
                Arguments.of(new OverlappingMaxPooling(List.of(2, 2)), List.of(flat), 0L, two),
                Arguments.of(new OverlappingMaxPooling(List.of(1, 2, 3)), List.of(volume), 0L, two),
                Arguments.of(new Relu(), List.of(volume), 0L, two), Arguments.of(new Sigmoid(), List.of(flat), 0L, two),
                Arguments.of(new MaxPooling(List.of(2, 3)), List.of(flat), 0L, two),
                Arguments.of(new MaxPooling(List.of(1, 2, 2)), List.of(volume), 0L, two),
                Arguments.of(new Concatenation(), List.of(flat, shape(2, 7, 10)), 0L, List.of(flat, shape(2, 7, 11))),
                Arguments.of(new GlobalAverage(), List.of(volume), 0L, two),
                Arguments.of(new Linear(6, 5, true), List.of(shape(6)), 30L, List.of(shape(5))),
                Arguments.of(new Linear(6, 5, false), List.of(shape(6)), 30L, List.of(shape(6), shape(6))),
                Arguments.of(new ChannelConvolution(5), List.of(shape(6)), 30L, two),
                Arguments.of(new GlobalMaximum(), List.of(volume), 0L, two),
                Arguments.of(new ChannelGroupMean(3), List.of(shape(6)), 0L, List.of(shape(5))),
                Arguments.of(new ChannelDropout(0.5), List.of(volume), 0L, two),
                Arguments.of(new LinearResize(), List.of(flat, shape(2, 9, 21)), 0L, List.of(flat)),
                Arguments.of(new LinearResize(), List.of(volume, shape(1, 8, 10, 13)), 0L, List.of(volume, flat)),
                Arguments.of(new LinearResize(), List.of(volume, shape(1, 12, 9, 20)), 0L,
                        List.of(volume, shape(1, 8, 10, 7))),
                Arguments.of(new DotProductAttention(), List.of(flat, shape(6, 3, 5), shape(4, 3, 5)),
                        70L * 15 * (6 + 4), List.of(flat, shape(5, 3, 5), shape(4, 3, 5))),
                Arguments.of(new DotProductAttention(), List.of(volume, shape(6, 2, 3, 5), shape(6, 2, 3, 5)),
                        360L * 30 * 12, List.of(volume, volume, shape(6, 2, 3, 5))),
                Arguments.of(new Gating(), List.of(volume, shape(6)), 0L, List.of(volume, shape(5))),
                Arguments.of(new Gating(), List.of(flat, shape(1, 7, 10)), 0L, List.of(flat, shape(1, 7, 9))),
                Arguments.of(new Gating(), List.of(volume, shape(3, 4, 9, 10)), 0L,
                        List.of(volume, shape(4, 4, 9, 10))),
                Arguments.of(new Gating(), List.of(flat, shape(6)), 0L, List.of(flat)));
    }

    @Tag("engine")
    @ParameterizedTest
    @MethodSource("layers")
    void theOutputHasTheDeclaredShape(Layer layer, List<TensorShape> inputs) {
        TensorShape declared = layer.output(inputs);
        for (boolean training : new boolean[] { false, true }) {
            try (NDManager manager = Fixture.manager()) {
                NDList tensors = new NDList();
                inputs.forEach(s -> tensors.add(manager.ones(tensor(2, s))));
                Map<String, NDArray> weights = new HashMap<>();
                for (WeightSpec w : layer.weights())
                    weights.put(w.name(),
                            manager.ones(new Shape(w.shape().stream().mapToLong(Long::longValue).toArray())));
                NDArray output = layer.forward(tensors, weights, training);
                assertThat(output.getShape()).isEqualTo(tensor(2, declared));
            }
        }
    }

    @Tag("engine")
    @ParameterizedTest
    @MethodSource("layers")
    void nothingOutlivesTheScopeOfItsInputs(Layer layer, List<TensorShape> inputs) {
        for (boolean training : new boolean[] { false, true }) {
            try (NDManager manager = Fixture.manager()) {
                Map<String, NDArray> weights = new HashMap<>();
                for (WeightSpec w : layer.weights())
                    weights.put(w.name(),
                            manager.ones(new Shape(w.shape().stream().mapToLong(Long::longValue).toArray())));
                // from now on the manager of the weights throws if anything is attached to it
                manager.cap();
                int held = manager.getManagedArrays().size();
                try (NDManager scope = manager.newSubManager()) {
                    NDList tensors = new NDList();
                    inputs.forEach(s -> tensors.add(scope.ones(tensor(2, s))));
                    NDArray output = layer.forward(tensors, weights, training);
                    assertThat(output.getManager()).isSameAs(scope);
                    assertThat(scope.getManagedArrays()).as("inputs and output").hasSize(inputs.size() + 1);
                }
                assertThat(manager.getManagedArrays()).hasSize(held);
            }
        }
    }

    private static Shape tensor(int n, TensorShape s) {
        Shape shape = new Shape(n, s.channels());
        for (int size : s.spatial())
            shape = shape.add(size);
        return shape;
    }

    @ParameterizedTest
    @MethodSource("layers")
    void itsCostIsThatCountedByHand(Layer layer, List<TensorShape> inputs, long macs) {
        assertThat(layer.macs(inputs)).isEqualTo(macs);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void inputsThatDoNotFitAreRefused(Layer layer, List<TensorShape> inputs, long macs, List<TensorShape> wrong) {
        assertThatThrownBy(() -> layer.output(wrong)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(layer.getClass().getSimpleName()).hasMessageContaining("it needs");
    }

    @Test
    void everyKindOfLayerIsTried() {
        List<String> tried = layers().map(a -> a.get()[0].getClass().getName()).distinct().toList();
        List<String> all = kinds(Layer.class).map(Class::getName).toList();
        assertThat(tried).containsExactlyInAnyOrderElementsOf(all);
    }

    /** The classes of a sealed family, those of the families in it too. */
    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(LayerContractTest::kinds)
                : Stream.of(type);
    }

    @Test
    void evenKernelsAreRefused() {
        assertThatThrownBy(() -> Convolution.of(2, 1, 1, 2)).hasMessageContaining("odd");
        assertThatThrownBy(() -> new ChannelConvolution(4)).hasMessageContaining("odd");
    }

    @Test
    void groupsThatDoNotDivideAreRefused() {
        assertThatThrownBy(() -> new Convolution(6, 4, List.of(1, 1), List.of(1, 1), 3, true))
                .hasMessageContaining("multiples of the groups");
        assertThatThrownBy(() -> new GroupNormalization(6, 4)).hasMessageContaining("multiple of the groups");
        assertThatThrownBy(() -> Convolution.strided(1, 1, 3, List.of(0, 1))).hasMessageContaining("stride [0, 1]");
    }

    /** Raises one row of an input after the other and looks which rows of the output change. */
    @Tag("engine")
    @ParameterizedTest
    @MethodSource("layers")
    void itReachesAsFarAsItDeclares(Layer layer, List<TensorShape> inputs) {
        float[] plain = output(layer, inputs, -1, 0, 0);
        List<Integer> rows = layer.output(inputs).spatial();
        for (int k = 0; k < inputs.size(); k++) {
            Reach reach = layer.reach(k, inputs);
            for (int axis = 0; axis < inputs.get(k).spatial().size(); axis++) {
                for (int row = 0; row < inputs.get(k).spatial().get(axis); row++) {
                    float[] raised = output(layer, inputs, k, axis, row);
                    String place = "input " + k + ", axis " + axis + ", row " + row;
                    if (rows.isEmpty()) {
                        assertThat(!Arrays.equals(plain, raised)).as(place).isEqualTo(reach.global());
                        continue;
                    }
                    boolean[] changed = new boolean[rows.get(axis)];
                    for (int i = 0; i < plain.length; i++)
                        changed[i / after(rows, axis) % changed.length] |= Math.abs(plain[i] - raised[i]) > 1e-4f;
                    for (int o = 0; o < changed.length; o++) {
                        Reach.Window w = reach.window(axis);
                        boolean near = reach.local() && w.first(o) <= row && row <= w.last(o);
                        assertThat(changed[o]).as("%s, output %d", place, o).isEqualTo(reach.global() || near);
                    }
                }
            }
        }
    }

    private static int after(List<Integer> sizes, int axis) {
        return sizes.stream().skip(axis + 1L).reduce(1, (a, b) -> a * b);
    }

    /** Output for positive random inputs, with one row of one of them raised. */
    private static float[] output(Layer layer, List<TensorShape> inputs, int raised, int axis, int row) {
        Random random = new Random(7);
        try (NDManager manager = Fixture.manager()) {
            NDList tensors = new NDList();
            for (int k = 0; k < inputs.size(); k++) {
                TensorShape s = inputs.get(k);
                float[] values = new float[Math.toIntExact(s.channels() * s.positions())];
                for (int i = 0; i < values.length; i++) {
                    boolean here = k == raised && i / after(s.spatial(), axis) % s.spatial().get(axis) == row;
                    values[i] = 0.2f + random.nextFloat() + (here ? 3 : 0);
                }
                tensors.add(manager.create(values, tensor(1, s)));
            }
            Map<String, NDArray> weights = new HashMap<>();
            for (WeightSpec w : layer.weights())
                weights.put(w.name(), manager.ones(new Shape(w.shape().stream().mapToLong(Long::longValue).toArray())));
            return layer.forward(tensors, weights, false).toFloatArray();
        }
    }
}
