package org.septum.io;

import loci.formats.FormatTools;

/** The library that reads most formats. */
public final class ImageLibrary {

    private ImageLibrary() {
    }

    /** Its version: "7.3.1". */
    public static String version() {
        LibraryLogging.quiet();
        return FormatTools.VERSION;
    }
}
