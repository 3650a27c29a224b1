package org.septum.io;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

import org.septum.core.SeptumException;

/** The formats that masks can be written in. */
public final class MaskWriters {

    private MaskWriters() {
    }

    /** The names of all formats in alphabetical order. */
    public static List<String> names() {
        return all().stream().map(MaskWriter::format).sorted().toList();
    }

    /**
     * The writer of a format.
     *
     * @throws SeptumException
     *             of kind USAGE if there is none
     */
    public static MaskWriter named(String format) {
        return all().stream().filter(w -> w.format().equalsIgnoreCase(format)).findFirst()
                .orElseThrow(() -> SeptumException.usage(
                        "mask format \"" + format + "\" is not known; choose one of " + String.join(", ", names())));
    }

    private static List<MaskWriter> all() {
        return Loaded.ALL;
    }

    /** Looked for once: the search opens jars, and batches ask for every scan. */
    private static final class Loaded {

        private static final List<MaskWriter> ALL = load();

        private static List<MaskWriter> load() {
            // Why? In Fiji the context loader of a thread need not see Septum's jar; the loader of this class does.
            List<MaskWriter> all = new ArrayList<>();
            ServiceLoader.load(MaskWriter.class, MaskWriters.class.getClassLoader()).forEach(all::add);
            return List.copyOf(all);
        }
    }
}
