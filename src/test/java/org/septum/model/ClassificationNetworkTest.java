package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;

/** Encoders as classifiers against the figures of their papers and of an independent implementation. */
class ClassificationNetworkTest {

    /** Mebi-parameters printed in the paper of ECA-Net; 0 where it prints none. */
    @ParameterizedTest
    @CsvSource({ "resnet18, none, 11689512, 1814073344, 0", "resnet18, se, 11776552, 1814160384, 0",
            "resnet18, eca, 11689556, 1814085760, 11.15", "resnet34, none, 21797672, 3663761408, 0",
            "resnet34, se, 21954856, 3663918592, 0", "resnet34, eca, 21797744, 3663781952, 20.79",
            "resnet50, none, 25557032, 4089184256, 24.37", "resnet50, se, 28071976, 4091699200, 26.77",
            "resnet50, eca, 25557112, 4089270528, 24.37", "resnet101, none, 44549160, 7801405440, 0",
            "resnet101, se, 49292328, 7806148608, 0", "resnet101, eca, 44549317, 7801574656, 42.49",
            "resnet152, none, 60192808, 11513626624, 0", "resnet152, se, 66770984, 11520204800, 0",
            "resnet152, eca, 60193042, 11513868544, 57.41", "mobilenetv2, none, 3504872, 300774272, 3.34",
            "mobilenetv2, se, 3561800, 300831200, 3.40", "mobilenetv2, eca, 3504903, 300777952, 3.34" })
    void hasAsManyParametersAndMultiplyAddsAsPublished(String word, String attention, long parameters, long macs,
            double printed) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        NetworkGraph graph = ClassificationNetwork.graph(2, encoder, encoder.published(attention));
        assertThat(graph.parameters()).isEqualTo(parameters);
        assertThat(graph.macs(List.of(224, 224))).isCloseTo(macs, Percentage.withPercentage(0.01));
        // the one figure that does not round to the printed one: 57.405, printed as 57.41
        if (printed > 0)
            assertThat(graph.parameters() / 1048576.0).isCloseTo(printed, within(0.0056));
    }

    @ParameterizedTest
    @CsvSource({ "resnet18, 36", "resnet34, 74", "resnet50, 86", "resnet101, 171", "resnet152, 256",
            "mobilenetv2, 59" })
    void theAdaptiveRuleAddsAsManyAsCountedElsewhere(String word, long more) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        assertThat(ClassificationNetwork.graph(2, encoder, AttentionSpec.of("eca")).parameters()
                - ClassificationNetwork.graph(2, encoder, AttentionSpec.of("none")).parameters()).isEqualTo(more);
    }

    @ParameterizedTest
    @CsvSource({ "resnet18, 2, 11170240", "resnet34, 2, 21278400", "resnet50, 2, 23501760", "resnet101, 2, 42493888",
            "resnet152, 2, 58137536", "mobilenetv2, 2, 1811136", "resnet18, 3, 33160000", "resnet34, 3, 63469632",
            "resnet50, 3, 46155072", "resnet101, 3, 85201216", "resnet152, 3, 117359936", "mobilenetv2, 3, 1940160" })
    void theEncoderOfAUNetHasAsManyParametersAsCountedElsewhere(String word, int dims, long parameters) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        NetworkSpec spec = new NetworkSpec(dims, 1, 2, encoder, AttentionSpec.of("none"),
                encoder.publishedStages(dims, 1));
        long counted = spec.graph().weights().entrySet().stream()
                .filter(e -> e.getKey().startsWith("encoder.") && e.getValue().role().isTrained())
                .mapToLong(e -> e.getValue().size()).sum();
        assertThat(counted).isEqualTo(parameters);
        assertThat(spec.sizeDivisor()).containsOnly(32);
    }

    @ParameterizedTest
    @CsvSource({ "resnet18, 87040", "resnet34, 157184", "resnet50, 2514944", "resnet101, 4743168",
            "resnet152, 6578176" })
    void squeezeAndExcitationAddsTheSameIn3d(String word, long more) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        assertThat(ClassificationNetwork.graph(3, encoder, AttentionSpec.of("se")).parameters()
                - ClassificationNetwork.graph(3, encoder, AttentionSpec.of("none")).parameters()).isEqualTo(more);
    }

    /**
     * Widths inside the blocks of UCP's pruned networks, from the code of its authors, against counts made elsewhere.
     */
    @ParameterizedTest
    @CsvSource({ "resnet18, 30 32 43 80 102 110 189 229, 5308102, 900406016",
            "resnet18, 57 57 109 97 185 159 381 326, 8256030, 1417695488",
            "resnet34, 49 44 39 89 90 79 85 161 139 155 153 256 256 290 364 267, 14395280, 2552413184",
            "resnet34, 30 43 26 38 59 20 70 96 121 95 80 100 128 182 141 182, 8210862, 1561863680" })
    void blocksThatArePrunedInsideCostWhatWasCountedElsewhere(String word, String inner, long parameters, long macs) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        AttentionSpec none = AttentionSpec.of("none");
        List<String> convolutions = ClassificationNetwork.graph(2, encoder, none).nodes().stream()
                .map(NetworkGraph.Node::name).filter(n -> n.endsWith(".a.conv")).toList();
        Map<String, Integer> widths = new HashMap<>();
        for (String width : inner.split(" "))
            widths.put(convolutions.get(widths.size()), Integer.valueOf(width));
        assertThat(widths).hasSameSizeAs(convolutions);
        NetworkGraph pruned = ClassificationNetwork.graph(2, encoder, none, widths);
        assertThat(pruned.parameters()).isEqualTo(parameters);
        assertThat(pruned.macs(List.of(224, 224))).isEqualTo(macs);
    }
}
