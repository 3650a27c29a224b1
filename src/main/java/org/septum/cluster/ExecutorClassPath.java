package org.septum.cluster;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.septum.core.SeptumException;

/**
 * A jar for executors with nothing in it but where Septum and its libraries lie, in their order.
 * <p>
 * <b>Why</b> not the libraries themselves? Executors put jars in any order, and Bio-Formats brings old copies of what
 * must come before it; and there are 300 MB of them, which lie on a disk that all machines see.
 */
final class ExecutorClassPath {

    private ExecutorClassPath() {
    }

    /**
     * Writes the jar to the folder for temporary files.
     *
     * @return empty if Septum was not started from its jar: then executors know its classes from elsewhere
     *
     * @throws SeptumException
     *             of kind USAGE if the libraries do not lie beside Septum's jar
     */
    static Optional<Path> write() {
        try {
            Path own = Path.of(ExecutorClassPath.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(own))
                return Optional.empty();
            Path jar = Files.createTempFile("septum-classpath", ".jar");
            write(jar, entries(own));
            return Optional.of(jar);
        } catch (IOException | URISyntaxException e) {
            throw SeptumException.output("cannot write a temporary file: " + e.getMessage(), e);
        }
    }

    /** Septum's jar and what its manifest names. */
    static List<Path> entries(Path own) throws IOException {
        List<Path> entries = new ArrayList<>(List.of(own));
        try (JarFile jar = new JarFile(own.toFile())) {
            String named = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String library : named == null ? new String[0] : named.strip().split(" +"))
                entries.add(own.resolveSibling(library));
        }
        for (Path entry : entries)
            if (!Files.exists(entry))
                throw SeptumException.usage(entry + " is not there; start Septum from where it was built or installed,"
                        + " with --deploy-mode client");
        return entries;
    }

    static void write(Path jar, List<Path> entries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH,
                String.join(" ", entries.stream().map(entry -> entry.toUri().toString()).toList()));
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}
