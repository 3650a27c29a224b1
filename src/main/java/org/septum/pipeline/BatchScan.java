package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

/**
 * One line of the list of a batch.
 *
 * @param path
 *            an image file, or a folder with DICOM files
 * @param scan
 *            its path below the folder that was given, with /; the same wherever that folder lies
 * @param name
 *            of its output files below the output folder, with / and without extension
 */
record BatchScan(Path path, String scan, String name) {

    /**
     * The masks to make of it: one for each DICOM series, and for each phase if all are wanted. Reads headers where
     * there can be several.
     */
    List<SegmentJob> jobs(ReadOptions options, boolean everyPhase) {
        ScanSource source = new ScanSource(path, name);
        List<SegmentJob> jobs = new ArrayList<>();
        series(options).forEach((uid, suffix) -> jobs.addAll(SegmentJob.ofOne(source,
                uid.isEmpty() ? options : options.withSeries(uid), everyPhase, name + suffix)));
        return jobs;
    }

    /** What is added to the name for each series, by UID; one entry without a UID where there is nothing to choose. */
    private SortedMap<String, String> series(ReadOptions options) {
        SortedMap<String, String> only = new TreeMap<>(Map.of("", ""));
        if (!options.series().isEmpty() || !Files.isDirectory(path))
            return only;
        SortedMap<String, String> numbers;
        try {
            numbers = ScanFiles.seriesIn(path);
        } catch (SeptumException e) {
            // reading it will say the same, and is where it is reported
            return only;
        }
        if (numbers.size() < 2)
            return only;
        SortedMap<String, String> suffixes = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        int place = 0;
        for (Map.Entry<String, String> series : numbers.entrySet()) {
            place++;
            String number = series.getValue().matches("\\d+") ? series.getValue() : "x" + place;
            suffixes.put(series.getKey(), "_series" + (taken.add(number) ? number : number + "x" + place));
        }
        return suffixes;
    }
}
