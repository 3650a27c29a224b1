package org.septum.io;

import java.nio.file.Path;
import java.util.List;

import org.septum.core.Scan;
import org.septum.core.Workspace;

/** Reads scans of one family of file formats. */
public interface ScanReader {

    /**
     * True if the path looks like something this reader reads: by its name, and by a few bytes where the name says
     * nothing.
     */
    boolean accepts(Path path);

    /**
     * Reads a scan. The pixels may be read from the file later, plane by plane, so it must stay where it is.
     *
     * @param options
     *            which one, if there are several
     * @param space
     *            for what must be unpacked; it must stay open as long as the pixels are looked at
     *
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the file is damaged or of a sort that Septum cannot read rightly; of kind USAGE if
     *             the options ask for what is not there
     */
    Scan read(Path path, ReadOptions options, Workspace space);

    /** What there is to choose from, by the headers alone. */
    List<ScanContent> contents(Path path);
}
