package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.Normalization;

/** What earlier versions wrote is read, and means the same. */
class ShippedModelTest {

    private static final Path MODEL = Path.of("sample-data", "models", "hippocampus");

    @Tag("engine")
    @Test
    void theShippedModelGivesTheOutputThatItWasWrittenWith() {
        Bundle bundle = BundleReader.read(MODEL);
        Tensor input = new Preprocessing(bundle.plan()).apply(NpyFile.read(MODEL.resolve("test_input.npy")));
        Tensor output = NpyFile.read(MODEL.resolve("test_output.npy"));

        Tensor now = TestTensors.probabilities(bundle.plan().network(), bundle.weights(), input);

        assertThat(TestTensors.difference(output, now)).isLessThan(1e-4);
    }

    /** As written before networks said how they normalise. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = { "{\"kind\":\"none\"}; 1714", "{\"kind\":\"eca\",\"kernel\":0}; 1719" })
    void aNetworkWithoutNormalizationAndActivationHasBatchAndReLU(String attention, long parameters)
            throws JsonProcessingException {
        String json = """
                {"dims":2,"inputs":1,"classes":2,"encoder":{"kind":"plain"},"attention":%s,"stages":[
                {"stride":[1,1],"inner":4,"width":4,"up":4,"decoderInner":4,"decoderWidth":4},
                {"stride":[2,2],"inner":8,"width":8,"up":0,"decoderInner":0,"decoderWidth":0}]}
                """.formatted(attention);
        NetworkSpec spec = new ObjectMapper().readValue(json, NetworkSpec.class);

        assertThat(spec.normalization()).isEqualTo(Normalization.BATCH);
        assertThat(spec.activation()).isEqualTo(Activation.RELU);
        assertThat(spec.graph().parameters()).isEqualTo(parameters);
    }
}
