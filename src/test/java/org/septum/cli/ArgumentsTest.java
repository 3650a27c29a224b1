package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.pipeline.TrainModel;

import picocli.CommandLine.TypeConversionException;

class ArgumentsTest {

    @ParameterizedTest
    @CsvSource({ "45s, 45", "30m, 1800", "2h, 7200", "1h30m, 5400", "1d, 86400", "1H5S, 3605" })
    void timesAreReadAsPeopleWriteThem(String text, long seconds) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "30", "m", "-5m", "1.5h", "30m1h", "999999999999s" })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text)).isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("allowed");
    }

    @Test
    void foldsAreNumbersAllOrNone() {
        assertThat(new Fold().convert("4")).isEqualTo(4);
        assertThat(new Fold().convert("ALL")).isEqualTo(TrainModel.EVERY_FOLD);
        assertThat(new Fold().convert("none")).isEqualTo(-1);
        assertThatThrownBy(() -> new Fold().convert("5")).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @CsvSource({ "3.4, 3 s", "89, 89 s", "600, 10 min", "5400, 1 h 30 min" })
    void timesAreToldInFewWords(double seconds, String text) {
        assertThat(ConsoleProgress.time(seconds)).isEqualTo(text);
    }
}
