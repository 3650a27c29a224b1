package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a batch keeps its own files: a hidden folder in the output folder. Everything outside of it is the same however
 * often a batch was stopped, and however it was divided.
 *
 * @param output
 *            folder for the masks
 */
record BatchFolder(Path output) {

    static final String NAME = ".septum";

    private Path own() {
        return output.resolve(NAME);
    }

    /** For a file of records a process. */
    Path runs() {
        return own().resolve("runs");
    }

    /** For the lists of scans. */
    Path lists() {
        return own().resolve("lists");
    }

    /** Ranges of this file are locked; it stays empty. */
    Path locks() {
        return own().resolve("lock");
    }

    /** The records of all scans, one line each. */
    Path records() {
        return own().resolve("scans.jsonl");
    }

    /** For slabs of scans that are too large for one task. */
    Path slabs() {
        return own().resolve("slabs");
    }

    /** The small picture of a scan. */
    Path thumbnail(String name) {
        return own().resolve("thumbnails").resolve(name + ".png");
    }

    Path summary() {
        return output.resolve("summary.csv");
    }

    /** The table and the first page. */
    List<Path> tables() {
        return List.of(summary(), page(1));
    }

    Path page(int number) {
        return output.resolve(pageName(number));
    }

    /** The name of a page of the index, from 1. */
    static String pageName(int number) {
        return number == 1 ? "index.html" : "index-" + number + ".html";
    }
}
