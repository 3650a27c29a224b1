package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** Septum must run among the jars of Fiji. */
class FijiJarsTest {

    /** Of what a cluster provides and the zip for Fiji does not hold: the BOM's version is not on Maven Central. */
    private static final String SPARKS_OWN = "org/lz4/lz4-java";

    /** A library in another version than Fiji's would shadow Fiji's, or be shadowed by it. */
    @Test
    void librariesHaveTheVersionsOfFiji() throws IOException {
        Map<String, String> managed = FijiJars.managedFolders();
        Map<String, String> found = new TreeMap<>();
        for (Path jar : FijiJars.classPath()) {
            String folder = jar.toString().replace(File.separatorChar, '/').replaceFirst("/[^/]+/[^/]+$", "");
            managed.keySet().stream().filter(known -> folder.endsWith("/" + known))
                    .forEach(known -> found.put(known, FijiJars.parts(jar.getFileName().toString())[1]));
        }
        found.remove(SPARKS_OWN);
        assertThat(found).containsKeys("net/imagej/ij", "net/imglib2/imglib2", "com/google/protobuf/protobuf-java");
        assertThat(found).allSatisfy(
                (library, version) -> assertThat(version).as(library + " in Fiji").isEqualTo(managed.get(library)));
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
