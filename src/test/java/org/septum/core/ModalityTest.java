package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModalityTest {

    @ParameterizedTest
    @CsvSource({ "CT,CT", "ct,CT", " CT ,CT", "MR,MR", "MRI,MR", "T1w,MR", "T2,MR", "FLAIR,MR", "PD,MR", "US,US",
            "Ultrasound,US", "red,RGB", "R,RGB", "rgb,RGB", "green,OTHER", "PET,OTHER", "noNorm,OTHER", "'',OTHER" })
    void wordsOfDicomAndOfDatasetsAreKnown(String word, Modality modality) {
        assertThat(Modality.of(word)).isEqualTo(modality);
    }

    @Test
    void noWordIsAnythingElse() {
        assertThat(Modality.of(null)).isEqualTo(Modality.OTHER);
    }

    @Test
    void silentProgressNeverStops() {
        assertThat(Progress.SILENT.isCancelled()).isFalse();
        Progress.SILENT.report("a", 1, 2);
        Progress.SILENT.message("b");
        Progress.SILENT.throwIfCancelled();
    }

    @Test
    void aStoppedTaskThrowsWhenItAsks() {
        Progress stopped = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                // not looked at
            }

            @Override
            public void message(String line) {
                // not looked at
            }

            @Override
            public boolean isCancelled() {
                return true;
            }
        };
        assertThatThrownBy(stopped::throwIfCancelled).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.CANCELLED));
    }
}
