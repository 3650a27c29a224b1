package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

class ListNetworksTest {

    @Test
    void listsEveryNetworkWithEveryAttentionIn2dAnd3d() {
        List<ListNetworks.Row> rows = ListNetworks
                .run(new ListNetworks.Request(OptionalInt.empty(), List.of(4, 8, 16), 1, 2, OptionalInt.of(12)));
        assertThat(rows).hasSize(2 * NetworkWords.networks().size() * NetworkWords.attentions().size());
        assertThat(rows).filteredOn(r -> r.network().equals("unet"))
                .allSatisfy(r -> assertThat(List.of(r.patch(), r.sizeDivisor())).containsExactly(12, 4));
        assertThat(rows).as("a patch that is too small grows").filteredOn(r -> r.network().startsWith("resnet"))
                .allSatisfy(r -> assertThat(List.of(r.patch(), r.sizeDivisor())).containsExactly(32, 32));
    }

    @Test
    void listsEncodersAsTheirPapersCountThem() {
        List<ListNetworks.Row> rows = ListNetworks.classification(OptionalInt.empty());
        assertThat(rows).hasSize(18).contains(
                new ListNetworks.Row(2, "resnet50", "none", 25_557_032, 4_089_184_256L, 224, 32),
                new ListNetworks.Row(2, "resnet50", "se", 28_071_976, 4_091_699_200L, 224, 32),
                new ListNetworks.Row(2, "mobilenetv2", "se", 3_561_800, 300_831_200, 224, 32));
        assertThatThrownBy(() -> ListNetworks.classification(OptionalInt.of(4))).hasMessageContaining("allowed: 2, 3");
    }
}
