package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which files of a folder begin with a word, for many words: a folder is listed once and again only when it has
 * changed. The last {@value #MOST_FOLDERS} folders are kept. May be asked from many threads.
 */
final class FolderNames {

    private static final int MOST_FOLDERS = 4;

    /** Times of folders may be this coarse: what changed so short a while ago may change once more unseen. */
    private static final long COARSE_MILLIS = 3000;

    /** How folders are listed: the names of what is in one. */
    @FunctionalInterface
    interface Lister {

        Stream<Path> list(Path folder) throws IOException;
    }

    /** Names, sorted, and when the folder had changed last. */
    private record Listing(FileTime changed, List<String> names) {
    }

    private final Lister lister;

    private final Map<Path, Listing> known = new LinkedHashMap<>(MOST_FOLDERS, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Listing> eldest) {
            return size() > MOST_FOLDERS;
        }
    };

    FolderNames(Lister lister) {
        this.lister = lister;
    }

    /** What in a folder has a name that begins so, sorted. */
    List<Path> beginningWith(Path folder, String start) throws IOException {
        List<String> names = names(folder);
        int at = Collections.binarySearch(names, start);
        List<Path> found = new ArrayList<>();
        for (int i = at < 0 ? -at - 1 : at; i < names.size() && names.get(i).startsWith(start); i++)
            found.add(folder.resolve(names.get(i)));
        Collections.sort(found);
        return found;
    }

    private synchronized List<String> names(Path folder) throws IOException {
        FileTime changed = Files.getLastModifiedTime(folder);
        Listing listing = known.get(folder);
        if (listing != null && listing.changed.equals(changed))
            return listing.names;
        List<String> names;
        try (Stream<Path> all = lister.list(folder)) {
            names = all.map(p -> p.getFileName().toString()).sorted().toList();
        }
        known.remove(folder);
        if (System.currentTimeMillis() - changed.toMillis() > COARSE_MILLIS)
            known.put(folder, new Listing(changed, names));
        return names;
    }
}
