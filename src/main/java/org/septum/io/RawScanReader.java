package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.septum.core.Scan;
import org.septum.core.Workspace;

/**
 * Reads formats that are a header and an array of voxels; a format says what its files are called and how to open one.
 */
abstract class RawScanReader implements ScanReader {

    private final List<String> extensions;

    /**
     * @param extensions
     *            ends of file names in small letters, dot included
     */
    RawScanReader(String... extensions) {
        this.extensions = List.of(extensions);
    }

    /** Reads the header and finds the array; no voxel is read. */
    abstract RawFile open(Path path) throws IOException;

    @Override
    public final boolean accepts(Path path) {
        String name = FileNames.lower(path);
        return extensions.stream().anyMatch(name::endsWith);
    }

    @Override
    public final Scan read(Path path, ReadOptions options, Workspace space) {
        try {
            return open(path).scan(path, options, space);
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    @Override
    public final List<ScanContent> contents(Path path) {
        try {
            return open(path).contents(path);
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }
}
