package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** Septum must run among the jars of Fiji. */
class FijiJarsTest {

    /** A library in another version than Fiji's would shadow Fiji's, or be shadowed by it. */
    @Test
    void librariesHaveTheVersionsOfFiji() throws IOException {
        Map<String, String> managed = FijiJars.managed();
        List<String[]> known = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(jar -> FijiJars.parts(Path.of(jar).getFileName().toString()))
                .filter(parts -> managed.containsKey(parts[0])).toList();
        assertThat(known).extracting(parts -> parts[0]).contains("ij", "imglib2", "scijava-common", "jackson-databind",
                "protobuf-java");
        assertThat(known)
                .allSatisfy(parts -> assertThat(parts[1]).as(parts[0] + " in Fiji").isEqualTo(managed.get(parts[0])));
    }

    @Test
    void noClassNeedsMoreThanJava17() throws IOException {
        Path root = Path.of(HelpCommand.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        try (Stream<Path> classes = Files.walk(root)) {
            List<Path> all = classes.filter(p -> p.toString().endsWith(".class")).toList();
            assertThat(all).hasSizeGreaterThan(100);
            for (Path file : all) {
                try (InputStream in = Files.newInputStream(file)) {
                    assertThat(FijiJars.classVersion(in)).as(file.toString()).isBetween(1, FijiJars.JAVA_17);
                }
            }
        }
    }

    @Test
    void whatFijiShipsHasTheVersionOfItsBom() throws IOException {
        Map<String, String> managed = FijiJars.managed();
        assertThat(FijiJars.shipped()).allSatisfy((artifact, version) -> assertThat(version).as(artifact)
                .isEqualTo(managed.getOrDefault(artifact, version)));
    }
}
