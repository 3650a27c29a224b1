package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.pipeline.ListNetworks.Choice;
import org.septum.pipeline.ListNetworks.Request;
import org.septum.pipeline.ListNetworks.Row;

class ListNetworksTest {

    private static Choice choice(int dims, String network, String attention) {
        return new Choice(OptionalInt.of(dims), List.of(network), List.of(attention), Optional.empty(),
                Optional.empty());
    }

    @Test
    void listsEveryNetworkWithEveryAttentionIn2dAnd3d() {
        List<Row> rows = ListNetworks.run(new Request(Choice.ALL, List.of(4, 8, 16), 1, 2, List.of(12)));
        int encoders = NetworkWords.networks().size() - 1;
        assertThat(rows).as("canet has one attention").hasSize(2 * (encoders * NetworkWords.attentions().size() + 1));
        assertThat(rows).filteredOn(r -> r.network().equals("unet")).allSatisfy(r -> {
            assertThat(r.patch()).hasSize(r.dims()).containsOnly(12);
            assertThat(r.sizeDivisor()).hasSize(r.dims()).containsOnly(4);
            assertThat(r.patchEnlarged()).isFalse();
        });
        assertThat(rows).as("a patch that is too small grows").filteredOn(r -> r.network().startsWith("resnet"))
                .allSatisfy(r -> {
                    assertThat(r.patch()).hasSize(r.dims()).containsOnly(32);
                    assertThat(r.patchEnlarged()).isTrue();
                });
    }

    @Test
    void caNetIsThePublishedOneUnlessWidthsAreChosen() {
        Choice canet = new Choice(OptionalInt.of(2), List.of("canet"), List.of(), Optional.empty(), Optional.empty());
        assertThat(ListNetworks.run(new Request(canet, List.of(), 3, 2, List.of(256)))).singleElement()
                .extracting(Row::parameters).isEqualTo(2_785_610L);
        assertThat(ListNetworks.run(new Request(canet, List.of(4, 8, 16, 32, 64), 3, 2, List.of(256)))).singleElement()
                .extracting(Row::parameters).isEqualTo(177_344L);
    }

    /** 8 × 12 voxels, one level: per voxel 1 input, twice three layers of 3 channels, 2 logits. */
    @Test
    void saysWhatIsCountedByHand() {
        List<Row> rows = ListNetworks.run(new Request(choice(2, "unet", "none"), List.of(3), 1, 2, List.of(8, 12)));
        long parameters = 9 * 3 + 3 + 6 + 9 * 3 * 3 + 3 + 6 + 3 * 2 + 2;
        long macs = (9 * 3 + 9 * 3 * 3 + 3 * 2) * 96L;
        assertThat(rows).containsExactly(new Row(2, "unet", "none", parameters, macs, List.of(5, 5), false,
                List.of(1, 1), 4 * 96 * 7, 4 * 96 * 21, List.of(8, 12), false));
    }

    @Test
    void onlyWhatIsAskedForIsListed() {
        Choice some = new Choice(OptionalInt.empty(), List.of("residual", "unet", "unet"), List.of("se"),
                Optional.of("instance"), Optional.of("silu"));
        List<Row> rows = ListNetworks.run(new Request(some, List.of(4, 8), 2, 3, List.of()));
        assertThat(rows).extracting(r -> r.dims() + r.network() + r.attention()).containsExactly("2residualse",
                "2unetse", "3residualse", "3unetse");
        assertThat(rows).allSatisfy(r -> assertThat(r.wholeTile()).isTrue());
    }

    @Test
    void normalisationsWithoutRunningStatisticsSeeTheWholeTile() {
        for (String word : NetworkWords.normalizations()) {
            Choice choice = new Choice(OptionalInt.of(2), List.of("unet"), List.of("none"), Optional.of(word),
                    Optional.empty());
            assertThat(ListNetworks.run(new Request(choice, List.of(8, 8), 1, 2, List.of())).get(0).wholeTile())
                    .as(word).isEqualTo(!word.equals("batch"));
        }
    }

    /** A plan's patch has three values in 2D as well. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "30,20|2|32,24|true", "30,20,1|2|32,24|true", "32,24|2|32,24|false",
            "30,20,9|3|32,24,16|true" })
    void thePatchIsEnlargedAlongEachAxisAndSaysHowManyThereAre(String given, int dims, String used, boolean enlarged) {
        Choice choice = new Choice(OptionalInt.empty(), List.of("unet"), List.of("none"), Optional.empty(),
                Optional.empty());
        List<Row> rows = ListNetworks.run(new Request(choice, List.of(2, 2, 2, 2), 1, 2, numbers(given)));
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).dims()).isEqualTo(dims);
        assertThat(rows.get(0).patch()).isEqualTo(numbers(used));
        assertThat(rows.get(0).patchEnlarged()).isEqualTo(enlarged);
    }

    private static List<Integer> numbers(String text) {
        return List.of(text.split(",")).stream().map(Integer::valueOf).toList();
    }

    @Test
    void listsEncodersAsTheirPapersCountThem() {
        List<Row> rows = ListNetworks.classification(Choice.ALL);
        assertThat(rows).hasSize(18).allSatisfy(r -> {
            assertThat(r.patch()).containsExactly(224, 224);
            assertThat(r.receptiveField()).isEmpty();
            assertThat(r.wholeTile()).isTrue();
        }).extracting(r -> r.network() + " " + r.attention() + " " + r.parameters() + " " + r.macs()).contains(
                "resnet50 none 25557032 4089184256", "resnet50 se 28071976 4091699200",
                "mobilenetv2 se 3561800 300831200");
    }

    @Test
    void whatDoesNotExistIsRefusedWithWhatDoes() {
        assertThatThrownBy(() -> choice(4, "unet", "none")).hasMessageContaining("allowed: 2, 3");
        assertThatThrownBy(() -> choice(2, "vit", "none")).hasMessageContaining("allowed: unet, residual");
        assertThatThrownBy(() -> choice(2, "unet", "sa")).hasMessageContaining("allowed: none, se, eca");
        assertThatThrownBy(
                () -> new Choice(OptionalInt.empty(), List.of(), List.of(), Optional.of("layer"), Optional.empty()))
                        .hasMessage("norm \"layer\" is not known; allowed: batch, instance, group");
        assertThatThrownBy(
                () -> new Choice(OptionalInt.empty(), List.of(), List.of(), Optional.empty(), Optional.of("tanh")))
                        .hasMessageContaining("allowed: relu, relu6, leakyrelu, silu");
        assertThatThrownBy(() -> ListNetworks.classification(choice(2, "unet", "none")))
                .hasMessageContaining("networks unet with none were not published as classifiers");
        assertThatThrownBy(() -> ListNetworks.classification(choice(2, "resnet18", "canet")))
                .hasMessageContaining("resnet18 with canet were not published");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "0|X,Y or X,Y,Z, each at least 1", "8,8,8,8|X,Y or X,Y,Z",
            "8,-8|each at least 1", "1024|patch 1024 as a cube has more than 134217728 voxels",
            "64,64|patch 64,64 for 3D networks; give X,Y,Z", "64,64,1|give X,Y,Z, or leave --dims out" })
    void aPatchThatCannotBeIsRefused(String given, String message) {
        assertThatThrownBy(() -> new Request(choice(3, "unet", "none"), List.of(4), 1, 2, numbers(given)))
                .hasMessageContaining(message);
    }
}
