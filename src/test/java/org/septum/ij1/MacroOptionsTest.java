package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;

class MacroOptionsTest {

    @Test
    void valuesStandBareInBracketsOrQuotesAndAKeyAloneMeansTrue() {
        assertThat(MacroOptions.parse("model=[C:/my models/a] device=cpu overlay note='two words' format=[] x="))
                .isEqualTo(Map.of("model", "C:/my models/a", "device", "cpu", "overlay", "true", "note", "two words",
                        "format", "", "x", ""));
        assertThat(MacroOptions.parse("  ")).isEmpty();
    }

    /** ImageJ's own reading finds "model=" in the value of another key. */
    @Test
    void aKeyInsideAValueIsPartOfTheValue() {
        assertThat(MacroOptions.parse("title=[a model=b [c] d] model=e"))
                .isEqualTo(Map.of("title", "a model=b [c] d", "model", "e"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "model=[a b | does not end; write ]", "note='a b | does not end; write '''",
            "device=cpu device=gpu | stands twice", "model=a ] | name=value", "x=&gone | no variable" })
    void whatCannotBeReadIsRefusedWithWhatIsAllowed(String options, String message) {
        assertThatThrownBy(() -> MacroOptions.parse(options)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(message.replace("'''", "'"));
    }
}
