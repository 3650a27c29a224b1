package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/**
 * The models that are chosen by name: the folders in one folder. A zip is unpacked when it is installed.
 *
 * @param folder
 *            which may not be there yet
 */
public record InstalledModels(Path folder) {

    /** A system property with another folder. */
    public static final String PROPERTY = "septum.models";

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._ -]{0,99}");

    private static final String ZIP = ".zip";

    /**
     * The models of a program.
     *
     * @param home
     *            folder of the program, such as {@code Fiji.app}: its {@code models/septum}; absent for
     *            {@code .septum/models} in the user's home. The system property {@value #PROPERTY} goes before both
     */
    public static InstalledModels of(Optional<Path> home) {
        String chosen = System.getProperty(PROPERTY);
        if (chosen != null)
            return new InstalledModels(Path.of(chosen));
        return new InstalledModels(home.map(h -> h.resolve("models").resolve("septum"))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".septum", "models")));
    }

    /** Names of the models, sorted. */
    public List<String> names() {
        if (!Files.isDirectory(folder))
            return List.of();
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(p -> Files.isRegularFile(p.resolve("rdf.yaml"))).map(p -> p.getFileName().toString())
                    .sorted().toList();
        } catch (IOException e) {
            throw SeptumException.input("cannot look into " + folder + ": " + e + "; check its permissions", e);
        }
    }

    /**
     * The model that somebody means.
     *
     * @param given
     *            a folder, a zip, the {@code rdf.yaml} in a folder (where a dialog offers no folders), or the name of
     *            an installed model
     *
     * @return where it lies
     *
     * @throws SeptumException
     *             of kind INPUT if nothing is there and no model has this name; the message lists the names
     */
    public Path choose(Path given) {
        if (given.endsWith("rdf.yaml") && given.toAbsolutePath().getParent() != null)
            return given.toAbsolutePath().getParent();
        if (Files.exists(given) || given.getFileName() == null)
            return given;
        String name = given.getFileName().toString();
        List<String> names = names();
        if (names.contains(name))
            return folder.resolve(name);
        String known = names.isEmpty() ? "none is installed in " + folder
                : "installed in " + folder + ": " + String.join(", ", names);
        throw SeptumException.input(
                "no model at " + given + "; give its folder, its zip, or the name of an installed" + " one; " + known);
    }

    /**
     * Checks a model and copies it.
     *
     * @param model
     *            folder or zip
     * @param name
     *            to choose it by; blank for that of its file
     * @param overwrite
     *            whether a model of this name may be replaced
     *
     * @return where it lies now
     *
     * @throws SeptumException
     *             of kind USAGE if the name is unfit, INPUT if the model is not usable, OUTPUT if it cannot be written
     */
    public Path install(Path model, String name, boolean overwrite) {
        String wanted = name.isBlank() ? nameOf(model) : name.strip();
        if (!NAME.matcher(wanted).matches() || wanted.toLowerCase(Locale.ROOT).endsWith(ZIP)) {
            throw SeptumException.usage("name \"" + wanted + "\" for a model; allowed: up to 100 letters, digits,"
                    + " blanks and . _ - after a letter or digit, and no .zip at the end");
        }
        Path target = folder.resolve(wanted);
        MoveModel.in(new MoveModel.Request(model, target, overwrite));
        return target;
    }

    private static String nameOf(Path model) {
        Path file = model.toAbsolutePath().normalize().getFileName();
        String name = file == null ? "" : file.toString();
        return name.toLowerCase(Locale.ROOT).endsWith(ZIP) ? name.substring(0, name.length() - ZIP.length()) : name;
    }
}
