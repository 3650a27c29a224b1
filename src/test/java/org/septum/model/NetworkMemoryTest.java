package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.TensorShape;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

/** What a network holds while it runs, against what it says. */
@Tag("engine")
class NetworkMemoryTest {

    /** Measures what is held whenever a layer asks for its weights, so just before it computes. */
    private static final class Scale extends ParameterStore {

        private final NDManager scope;

        private final Map<String, Long> outputs;

        private final AtomicLong most = new AtomicLong();

        Scale(NDManager scope, Map<String, Long> outputs) {
            super(scope, false);
            this.scope = scope;
            this.outputs = outputs;
        }

        @Override
        public NDArray getValue(Parameter parameter, Device device, boolean training) {
            long held = scope.getManagedArrays().stream().mapToLong(a -> 4 * a.size()).sum();
            String node = parameter.getName().substring(0, parameter.getName().lastIndexOf('.'));
            most.accumulateAndGet(held + outputs.get(node), Math::max);
            return super.getValue(parameter, device, training);
        }
    }

    /** The decoder's inner width is so large that the most is held at a normalisation, which asks for weights. */
    @ParameterizedTest
    @CsvSource({ "unet, none", "unet, se", "residual, eca" })
    void isAsMuchAsDeclared(String encoder, String attention) {
        StageSpec fine = new StageSpec(List.of(1, 1), 3, 3, 3, 24, 3);
        NetworkSpec spec = new NetworkSpec(2, 1, 2, EncoderSpec.of(encoder), AttentionSpec.of(attention),
                List.of(fine, StageSpec.uniform(List.of(2, 2), 5, true)));
        NetworkGraph graph = spec.graph();
        List<TensorShape> shapes = graph.shapes(List.of(12, 20));
        Map<String, Long> outputs = new HashMap<>();
        for (int i = 0; i < shapes.size(); i++)
            outputs.put(graph.nodes().get(i).name(), 4 * shapes.get(i).channels() * shapes.get(i).positions());
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu());
                NDManager scope = manager.newSubManager()) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(graph, 3), manager);
            Scale scale = new Scale(scope, outputs);
            block.forward(scale, new NDList(scope.ones(new Shape(1, 1, 12, 20))), false);
            assertThat(scale.most.get()).isEqualTo(graph.memory(List.of(12, 20)).inUse())
                    .isEqualTo(4 * 240 * (1 + 24 + 24));
        }
    }
}
