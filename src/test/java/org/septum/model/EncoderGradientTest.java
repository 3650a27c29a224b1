package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;

/** Every encoder can be trained. */
@Tag("engine")
class EncoderGradientTest {

    @ParameterizedTest
    @CsvSource({ "2, unet, se, GROUP, SILU", "2, residual, eca, INSTANCE, LEAKY_RELU", "3, residual, se, BATCH, RELU",
            "2, resnet18, se, GROUP, LEAKY_RELU", "3, resnet18, eca, BATCH, RELU", "2, resnet50, se, BATCH, RELU",
            "2, mobilenetv2, eca, BATCH, RELU6", "3, mobilenetv2, se, INSTANCE, SILU" })
    void aGradientReachesEveryTrainedWeight(int dims, String word, String attention, Normalization norm,
            Activation activation) {
        EncoderSpec encoder = EncoderSpec.of(word);
        NetworkSpec spec = new NetworkSpec(dims, 1, 2, encoder, AttentionSpec.of(attention),
                encoder.stages(1, StageSpec.halving(dims, 3), List.of(4, 6, 8))).with(norm, activation);
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(spec.graph(), 3), manager);
            try (NDManager step = manager.newSubManager();
                    GradientCollector gradients = manager.getEngine().newGradientCollector()) {
                Shape shape = dims == 2 ? new Shape(2, 1, 16, 12) : new Shape(2, 1, 8, 8, 12);
                NDArray input = step.arange((float) shape.size()).sin().reshape(shape);
                NDArray logits = block.forward(new ParameterStore(step, false), new NDList(input), true)
                        .singletonOrThrow();
                gradients.backward(logits.mul(logits).mean());
            }
            for (Map.Entry<String, NDArray> w : block.trained().entrySet()) {
                float[] gradient = w.getValue().getGradient().toFloatArray();
                double sum = 0;
                for (float g : gradient)
                    sum += Math.abs(g);
                assertThat(sum).as(w.getKey()).isFinite();
                // a squeezed channel may be shut by its ReLU, and a norm takes a bias before it away
                if (!w.getKey().contains(".fc") && !w.getKey().endsWith("conv.bias"))
                    assertThat(sum).as(w.getKey()).isPositive();
            }
        }
    }
}
