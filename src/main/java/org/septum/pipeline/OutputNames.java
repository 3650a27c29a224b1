package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.septum.core.ScanSource;

/**
 * Names for the output files of scans. A scan's own name, as long as it is the only one of that name; otherwise its
 * folder's name goes before it, and if that is not enough a number behind it.
 */
final class OutputNames {

    private OutputNames() {
    }

    /** One name for each scan, no two equal on any file system. */
    static List<String> of(List<ScanSource> sources) {
        Map<String, Integer> uses = new HashMap<>();
        for (ScanSource s : sources)
            uses.merge(key(s.name()), 1, Integer::sum);
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (ScanSource s : sources) {
            String name = uses.get(key(s.name())) == 1 ? s.name() : folder(s.path()) + s.name();
            String distinct = name;
            for (int i = 2; !taken.add(key(distinct)); i++)
                distinct = name + "_" + i;
            names.add(distinct);
        }
        return names;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String folder(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null || parent.getFileName() == null ? "" : parent.getFileName() + "_";
    }
}
