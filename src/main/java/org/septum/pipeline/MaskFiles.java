package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.io.MaskWriters;

/** Where the masks and pictures of a {@link SegmentScans.Request} go. */
record MaskFiles(SegmentScans.Request request) {

    /** The files of one scan: its masks in the order of the formats, then its picture if one is wanted. */
    List<Path> of(String name) {
        List<Path> files = new ArrayList<>();
        for (String format : request.outputs().formats())
            files.add(request.output().resolve(name + MaskWriters.named(format).extension()));
        if (request.outputs().overlay())
            files.add(request.output().resolve(name + "_overlay.png"));
        return files;
    }

    /** All that is written of a scan, the folder of its slices included. */
    List<Path> all(String name) {
        List<Path> files = of(name);
        if (request.outputs().probabilities())
            files.add(probabilitiesOf(name));
        if (request.outputs().slices())
            files.add(slicesOf(name));
        return files;
    }

    /** The file for the probabilities of a scan. */
    Path probabilitiesOf(String name) {
        return request.output().resolve(name + "_probabilities.nii.gz");
    }

    /** The folder for pictures of single slices of a scan. */
    Path slicesOf(String name) {
        return request.output().resolve(name + "_slices");
    }

    /**
     * The sources without those that lie in the output folder, where that is a folder below the inputs: they are what
     * an earlier run wrote there, and their masks would be masks of masks.
     */
    List<ScanSource> withoutEarlierOutputs(List<ScanSource> sources) {
        Path output = normal(request.output());
        if (request.inputs().stream().anyMatch(input -> normal(input).startsWith(output)))
            return sources;
        return sources.stream().filter(s -> !normal(s.path()).startsWith(output)).toList();
    }

    /**
     * Refuses before the first scan what would be refused after the last. A scan is never replaced by its mask, not
     * even where files may be replaced.
     */
    void requireFree(List<String> names, List<ScanSource> sources) {
        if (Files.exists(request.output()) && !Files.isDirectory(request.output())) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    request.output() + " is a file; give a folder for the masks");
        }
        for (String name : names) {
            List<Path> files = of(name);
            if (request.outputs().probabilities())
                files.add(probabilitiesOf(name));
            for (Path file : files) {
                if (Files.exists(file))
                    requireNoScan(file, sources);
                WholeFile.requireFree(file, request.outputs().overwrite());
            }
            if (request.outputs().slices())
                WholeFile.requireFree(slicesOf(name), request.outputs().overwrite());
        }
    }

    private static void requireNoScan(Path file, List<ScanSource> sources) {
        for (ScanSource source : sources) {
            // whatever lies in a DICOM folder may be one of its slices
            if (isSame(source.path(), file) || isSame(source.path(), file.toAbsolutePath().getParent())) {
                throw new SeptumException(SeptumException.Kind.OUTPUT, "the mask would replace " + file
                        + ", which is part of what is segmented; choose another output folder");
            }
        }
    }

    private static boolean isSame(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (IOException e) {
            return normal(a).equals(normal(b));
        }
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
