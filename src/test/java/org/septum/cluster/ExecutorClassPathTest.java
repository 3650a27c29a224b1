package org.septum.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.SeptumException;

class ExecutorClassPathTest {

    @TempDir
    private Path folder;

    private Path jar(String name, String classPath, String content) throws IOException {
        Path jar = folder.resolve(name);
        Files.createDirectories(jar.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!classPath.isEmpty())
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry(content));
            out.write(name.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    @Test
    void librariesAreFoundFromAnywhereInTheirOrder() throws IOException {
        jar("a b/lib/z.jar", "", "both.txt");
        jar("a b/lib/a.jar", "", "both.txt");
        Path own = jar("a b/septum.jar", "lib/z.jar lib/a.jar", "own.txt");
        assertThat(ExecutorClassPath.entries(own)).extracting(p -> p.getFileName().toString())
                .containsExactly("septum.jar", "z.jar", "a.jar");
        Path elsewhere = folder.resolve("elsewhere.jar");
        ExecutorClassPath.write(elsewhere, ExecutorClassPath.entries(own));
        try (URLClassLoader loader = new URLClassLoader(new URL[] { elsewhere.toUri().toURL() }, null);
                InputStream first = loader.getResourceAsStream("both.txt")) {
            assertThat(new String(first.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("a b/lib/z.jar");
            assertThat(loader.getResource("own.txt")).isNotNull();
        }
    }

    @Test
    void aLibraryThatIsMissingIsNamed() throws IOException {
        Path own = jar("septum.jar", "lib/gone.jar", "own.txt");
        assertThatThrownBy(() -> ExecutorClassPath.entries(own)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("gone.jar").hasMessageContaining("client");
    }
}
