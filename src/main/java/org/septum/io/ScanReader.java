package org.septum.io;

import java.nio.file.Path;

import org.septum.core.Scan;

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
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the file is damaged or of a sort that Septum cannot read rightly
     */
    Scan read(Path path);
}
