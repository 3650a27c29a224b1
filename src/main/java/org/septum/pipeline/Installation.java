package org.septum.pipeline;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;

/** Where Septum's own files lie. */
final class Installation {

    /** The launcher says where it lies. */
    private static final String HOME = "septum.home";

    private Installation() {
    }

    /**
     * The folder {@code sample-data}: beside the launcher, above the jar, or in the working folder.
     *
     * @throws SeptumException
     *             if it is in none of them
     */
    static Path sampleData() {
        List<Path> homes = new ArrayList<>();
        if (System.getProperty(HOME) != null)
            homes.add(Path.of(System.getProperty(HOME)));
        homes.addAll(aboveCode());
        homes.add(Path.of("").toAbsolutePath());
        return homes.stream().map(home -> home.resolve("sample-data")).filter(Files::isDirectory).findFirst()
                .orElseThrow(() -> SeptumException.input(
                        "the sample scans are not there; run it in the folder of Septum that holds sample-data"));
    }

    /** The launcher that started this program; empty if something else did. */
    static Optional<Path> launcher() {
        return Optional.ofNullable(System.getProperty(HOME)).map(home -> Path.of(home, "septum"))
                .filter(Files::isExecutable);
    }

    /** The folders above the jar or the class files. */
    private static List<Path> aboveCode() {
        List<Path> folders = new ArrayList<>();
        CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
        try {
            Path at = source == null ? null : Path.of(source.getLocation().toURI()).getParent();
            for (int i = 0; i < 2 && at != null; i++, at = at.getParent())
                folders.add(at);
        } catch (URISyntaxException | IllegalArgumentException e) {
            // the code does not lie in a folder: nothing is beside it
        }
        return folders;
    }
}
