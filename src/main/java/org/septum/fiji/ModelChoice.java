package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;

/**
 * A model as a dialog's list offers it and as a macro writes it.
 *
 * @param text
 *            the name of an installed model, a path, or {@link #FILE}
 */
public record ModelChoice(String text) {

    /** Instead of a name: the file or folder that another parameter has. */
    static final String FILE = "(file or folder below)";

    /** What a list offers: the installed models, then a file. */
    static List<ModelChoice> all() {
        List<ModelChoice> all = new ArrayList<>();
        Models.installed().names().forEach(name -> all.add(new ModelChoice(name)));
        all.add(new ModelChoice(FILE));
        return all;
    }

    /**
     * Where the model lies that somebody chose.
     *
     * @param choice
     *            or null if nobody chose
     * @param file
     *            that counts if none is chosen by name or path; or null
     *
     * @throws SeptumException
     *             of kind USAGE if there is neither, INPUT if nothing is there and no model has this name
     */
    static Path path(ModelChoice choice, File file) {
        boolean isNamed = choice != null && !choice.text.isBlank() && !choice.text.equals(FILE);
        if (isNamed)
            return Models.chosen(new File(choice.text));
        Optional<Path> path = Words.file(file);
        if (path.isEmpty()) {
            List<String> names = Models.installed().names();
            throw SeptumException.usage("no model is chosen; give its name, its folder or its zip as model; "
                    + (names.isEmpty() ? "none is installed in " : "installed in ") + Models.installed().folder()
                    + (names.isEmpty() ? "" : ": " + String.join(", ", names)));
        }
        return Models.chosen(path.get().toFile());
    }

    /** The text, as macros write it. */
    @Override
    public String toString() {
        return text;
    }
}
