package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;

/**
 * Reads a DICOM series: a folder that holds one, or one file of it. Given a file, its series is all files of the folder
 * with the same SeriesInstanceUID. A DICOM SEG becomes a scan of label values.
 */
final class DicomScanReader implements ScanReader {

    @Override
    public boolean accepts(Path path) {
        return Files.isDirectory(path) ? DicomCatalog.holdsDicom(path) : DicomFile.isDicom(path);
    }

    @Override
    public Scan read(Path path, ReadOptions options, Workspace space) {
        return read(path, ScanFiles.nameOf(path), options);
    }

    /**
     * Reads a series under another name.
     *
     * @param name
     *            of the scan
     */
    Scan read(Path path, String name, ReadOptions options) {
        try {
            options.requireFullResolution(path);
            List<String> notes = new ArrayList<>();
            List<DicomFile> images = catalog(path, options).choose(options.series(), notes);
            String full = options.series().isEmpty() ? name : name + suffix(images.get(0));
            if (images.get(0).isSegmentation())
                return DicomSegmentation.of(path, images).scan(full, notes);
            return scan(path, full, images, options, notes);
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static String suffix(DicomFile image) {
        String number = image.text(DicomFile.SERIES_NUMBER);
        return "_series" + (number.isEmpty() ? image.text(DicomFile.SERIES_UID) : number);
    }

    private static DicomCatalog catalog(Path path, ReadOptions options) throws IOException {
        if (options.alone() && !Files.isDirectory(path))
            return DicomCatalog.of(List.of(path), path);
        return catalog(path);
    }

    private static DicomCatalog catalog(Path path) throws IOException {
        return DicomCatalog.of(Files.isDirectory(path) ? path : path.toAbsolutePath().getParent(), path);
    }

    private static Scan scan(Path path, String name, List<DicomFile> images, ReadOptions options, List<String> notes)
            throws IOException {
        Map<DicomFile, DicomPixels> pixels = new IdentityHashMap<>();
        List<DicomFrame> frames = new ArrayList<>();
        for (DicomFile image : images) {
            try {
                DicomPixels own = new DicomPixels(image);
                own.requireReadable();
                pixels.put(image, own);
                frames.addAll(DicomFrame.of(image));
            } catch (IOException e) {
                throw Problem.reading(image.path(), e);
            }
        }
        DicomSeries series = DicomSeries.of(path.toString(), frames);
        int phase = options.phaseOf(path, series.phaseNames());
        List<DicomFrame> slices = series.phases().get(phase);
        List<String> all = new ArrayList<>(series.notes());
        all.addAll(notes);
        if (series.phases().size() > 1)
            all.add("phase " + (phase + 1) + " of " + series.phases().size() + ": " + series.phaseNames().get(phase));
        DicomFile first = slices.get(0).file();
        int channels = pixels.get(first).layout().channels();
        long[] size = { first.number(DicomFile.COLUMNS, 0), first.number(DicomFile.ROWS, 0), slices.size(), channels };
        PlaneSource planes = (z, channel) -> plane(pixels, slices.get(z), channel);
        return new Scan(series.phases().size() == 1 ? name : name + String.format(Locale.ROOT, "_phase%02d", phase + 1),
                PlaneCells.image(path.toString(), size, planes), series.geometry(), modality(first, channels), all,
                DicomOrigins.of(slices));
    }

    private static float[] plane(Map<DicomFile, DicomPixels> pixels, DicomFrame slice, int channel) throws IOException {
        try {
            return pixels.get(slice.file()).plane(slice, channel);
        } catch (IOException e) {
            throw Problem.reading(slice.file().path(), e);
        }
    }

    private static Modality modality(DicomFile file, int channels) {
        Modality modality = Modality.of(file.text(DicomFile.MODALITY));
        return channels == 3 && modality == Modality.OTHER ? Modality.RGB : modality;
    }

    /** The classes of a DICOM SEG; none for any other file. */
    static Optional<ClassLabels> labelsOf(Path path) {
        if (!DicomFile.isDicom(path))
            return Optional.empty();
        DicomFile file = DicomFile.parse(path);
        try {
            return file.isSegmentation() && file.hasPixels()
                    ? Optional.of(DicomSegmentation.of(path, List.of(file)).labels())
                    : Optional.empty();
        } catch (IOException e) {
            throw Problem.reading(path, e);
        }
    }

    /** The numbers of the series of a folder that are scans, by their UIDs, in the order of these. */
    static SortedMap<String, String> scansIn(Path folder) {
        try {
            SortedMap<String, String> numbers = new TreeMap<>();
            for (List<DicomFile> series : catalog(folder).scans())
                numbers.put(series.get(0).text(DicomFile.SERIES_UID), series.get(0).text(DicomFile.SERIES_NUMBER));
            return numbers;
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(folder, e);
        }
    }

    @Override
    public List<ScanContent> contents(Path path) {
        try {
            DicomCatalog catalog = catalog(path);
            List<ScanContent> contents = new ArrayList<>();
            for (List<DicomFile> series : catalog.listed())
                contents.add(content(path, series.get(0).text(DicomFile.SERIES_UID), series));
            return contents;
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static ScanContent content(Path path, String uid, List<DicomFile> all) {
        DicomFile first = all.get(0);
        List<Long> size = List.of((long) first.number(DicomFile.COLUMNS, 0), (long) first.number(DicomFile.ROWS, 0),
                (long) all.size());
        List<String> phases = List.of("");
        String problem = "";
        try {
            List<DicomFile> images = new DicomCatalog(path, Map.of(uid, all), List.of()).choose(uid, new ArrayList<>());
            if (first.isSegmentation()) {
                size = DicomSegmentation.of(path, images).size();
            } else {
                DicomSeries series = DicomSeries.of(path.toString(),
                        images.stream().flatMap(i -> DicomFrame.of(i).stream()).toList());
                phases = series.phaseNames();
                size = List.of(size.get(0), size.get(1), (long) series.phases().get(0).size());
                for (DicomFile image : images)
                    new DicomPixels(image).requireReadable();
            }
        } catch (SeptumException | IOException e) {
            problem = e instanceof SeptumException ? e.getMessage() : Problem.reading(path, e).getMessage();
        }
        return new ScanContent(uid, first.text(DicomFile.SERIES_NUMBER), first.text(DicomFile.SERIES_DESCRIPTION),
                Modality.of(first.text(DicomFile.MODALITY)), size, phases, 1, problem);
    }
}
