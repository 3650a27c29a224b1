package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;

class ModelCardTest {

    @Test
    void isMadeFromAPlanWithThePapersOfItsNetwork() {
        ModelCard card = ModelCard
                .of(Models.plan(3, "eca", List.of(IntensityNormalization.perScan(), IntensityNormalization.perScan())));

        assertThat(card.name()).isEqualTo("Septum 3D Phantom-37-52-30");
        assertThat(card.description()).contains("left ventricle, wall in MR scans", "Phantom/37×52×30");
        assertThat(card.citations()).hasSize(3);
        assertThat(card.licence()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "abc, d, MIT, model name", "Good name, '', MIT, description", "Bad/name, d, MIT, model name",
            "Good name, d, research only, SPDX" })
    void refusesWordsThatTheFormatDoesNotAllow(String name, String description, String licence, String message) {
        List<ModelCard.Author> authors = List.of(new ModelCard.Author("A", ""));
        List<ModelCard.Citation> citations = List.of(new ModelCard.Citation("t", "10.1/x", ""));

        assertThatThrownBy(() -> new ModelCard(name, description, authors, licence, "", citations, Map.of(), List.of()))
                .isInstanceOf(SeptumException.class).hasMessageContaining(message);
    }

    @Test
    void refusesToBeAnonymousWithoutSayingSo() {
        List<ModelCard.Citation> citations = List.of(new ModelCard.Citation("t", "10.1/x", ""));

        assertThatThrownBy(() -> new ModelCard("Good name", "d", List.of(), "", "", citations, Map.of(), List.of()))
                .isInstanceOf(SeptumException.class).hasMessageContaining("author");
        assertThatThrownBy(() -> new ModelCard.Citation("t", "", "")).isInstanceOf(SeptumException.class);
    }
}
