package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import ij.plugin.PlugIn;

/** What the jar for plain ImageJ 1 puts into the menu. */
class PluginsConfigTest {

    private static final Path FILE = Path.of("src", "main", "imagej1", "plugins.config");

    private static final Pattern LINE = Pattern.compile("Plugins>Septum, \"(.+)\", ([\\w.]+)\\(\"(.+)\"\\)");

    private static List<Matcher> lines() throws IOException {
        try (Stream<String> lines = Files.lines(FILE)) {
            return lines.filter(l -> !l.startsWith("#") && !l.endsWith("\"-\"")).map(LINE::matcher)
                    .peek(m -> assertThat(m.matches()).isTrue()).toList();
        }
    }

    /**
     * A command that is missing here needs a line: Plugins>Septum, "Name...", org.septum.ij1.SeptumPlugIn("Name...")
     */
    @Test
    void listsEveryCommandOfFijiOnce() throws IOException {
        List<String> commands = SciJava.get().commands().stream().map(SciJava::name).toList();
        assertThat(commands).contains("Segment...", "Help");
        assertThat(lines()).extracting(m -> m.group(1)).containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void everyLineStartsThePlugInWithTheNameThatItShows() throws IOException {
        assertThat(lines()).allSatisfy(m -> {
            assertThat(m.group(3)).isEqualTo(m.group(1));
            assertThat(PlugIn.class).isAssignableFrom(Class.forName(m.group(2)));
        });
    }

    /** Classes in Fiji that ImageJ takes for plugins of its own would double the menu. */
    @Test
    void liesWhereTheJarForFijiDoesNotTakeIt() {
        assertThat(getClass().getResource("/plugins.config")).satisfiesAnyOf(u -> assertThat(u).isNull(),
                u -> assertThat(u.toString()).contains("bioformats"));
    }
}
