package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void linesKeepAllWordsInOrderAndFitOnAScreen() {
        String text = "word ".repeat(40).strip() + "\n" + "/a/very/long/path/without/spaces".repeat(5);
        assertThat(String.join(" ", Message.wrap(text))).isEqualTo(text.replace("\n", " "));
        assertThat(Message.wrap("word ".repeat(40))).allMatch(l -> l.length() <= 90).hasSize(3);
    }
}
