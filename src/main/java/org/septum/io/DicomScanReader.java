package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * Reads a DICOM series: a folder that holds one, or one file of it. Given a file, its series is all files of the folder
 * with the same SeriesInstanceUID.
 */
final class DicomScanReader implements ScanReader {

    private static final int LISTED = 5;

    @Override
    public boolean accepts(Path path) {
        return Files.isDirectory(path) ? holdsDicom(path) : DicomFile.isDicom(path);
    }

    /** True if a DICOM file lies in this very folder. */
    static boolean holdsDicom(Path folder) {
        try {
            return filesIn(folder).stream().anyMatch(DicomScanReader::mayBeImage);
        } catch (IOException e) {
            throw Problem.reading(folder, e);
        }
    }

    @Override
    public Scan read(Path path) {
        try {
            boolean isFolder = Files.isDirectory(path);
            Path folder = isFolder ? path : path.toAbsolutePath().getParent();
            List<Path> skipped = new ArrayList<>();
            Map<String, List<DicomFile>> series = seriesIn(folder, path, skipped);
            List<DicomFile> images = isFolder ? onlySeries(path, series) : seriesOf(path, series);
            return scan(path, images, skipped);
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static Scan scan(Path path, List<DicomFile> images, List<Path> skipped) throws IOException {
        for (DicomFile image : images) {
            try {
                new DicomPixels(image).requireReadable();
            } catch (IOException e) {
                throw Problem.reading(image.path(), e);
            }
        }
        DicomSeries series = DicomSeries.of(path.toString(), images);
        List<String> notes = new ArrayList<>(series.notes());
        if (!skipped.isEmpty())
            notes.add("skipped, as no DICOM images or damaged (" + skipped.size() + "): " + list(skipped));
        DicomFile first = series.slices().get(0);
        int samples = first.number(DicomFile.SAMPLES, 1);
        long[] size = { first.number(DicomFile.COLUMNS, 0), first.number(DicomFile.ROWS, 0), images.size(), samples };
        Modality modality = Modality.of(first.text(DicomFile.MODALITY));
        if (samples == 3 && modality == Modality.OTHER)
            modality = Modality.RGB;
        PlaneSource planes = (z, channel) -> plane(series.slices().get(z), channel);
        return new Scan(ScanFiles.nameOf(path), PlaneCells.image(path.toString(), size, planes), series.geometry(),
                modality, notes, DicomOrigins.of(series.slices()));
    }

    private static float[] plane(DicomFile slice, int channel) throws IOException {
        try {
            return new DicomPixels(slice).plane(channel);
        } catch (IOException e) {
            throw Problem.reading(slice.path(), e);
        }
    }

    private static Map<String, List<DicomFile>> seriesIn(Path folder, Path wanted, List<Path> skipped)
            throws IOException {
        Map<String, List<DicomFile>> series = new LinkedHashMap<>();
        for (Path file : filesIn(folder)) {
            Optional<DicomFile> dicom = mayBeImage(file) ? parse(file, wanted) : Optional.empty();
            if (dicom.isPresent() && dicom.get().hasPixels())
                series.computeIfAbsent(dicom.get().text(DicomFile.SERIES_UID), uid -> new ArrayList<>())
                        .add(dicom.get());
            else
                skipped.add(file);
        }
        return series;
    }

    /**
     * The tags of a file. One that is damaged is no error if another file of its folder was asked for.
     */
    private static Optional<DicomFile> parse(Path file, Path wanted) throws IOException {
        try {
            return Optional.of(DicomFile.parse(file));
        } catch (SeptumException e) {
            if (Files.isDirectory(wanted) || Files.isSameFile(file, wanted))
                throw e;
            return Optional.empty();
        }
    }

    private static List<DicomFile> onlySeries(Path folder, Map<String, List<DicomFile>> series) {
        if (series.isEmpty())
            throw SeptumException
                    .input(folder + " holds no DICOM images itself; give a folder with the files of one series in it");
        if (series.size() > 1)
            throw SeptumException.input(folder + " holds " + series.size() + " DICOM series: "
                    + series.values().stream().limit(LISTED).map(DicomScanReader::describe)
                            .collect(Collectors.joining(", "))
                    + (series.size() > LISTED ? ", …" : "")
                    + "; give the folder of one of them, or one file of the series you want");
        return series.values().iterator().next();
    }

    private static String describe(List<DicomFile> images) {
        String description = images.get(0).text(DicomFile.SERIES_DESCRIPTION);
        return "\"" + (description.isEmpty() ? "no description" : description) + "\" (" + images.size()
                + (images.size() == 1 ? " slice" : " slices") + ", with " + images.get(0).fileName() + ")";
    }

    private static List<DicomFile> seriesOf(Path file, Map<String, List<DicomFile>> series) {
        Path wanted = file.toAbsolutePath().normalize();
        return series.values().stream()
                .filter(s -> s.stream().anyMatch(i -> i.path().toAbsolutePath().normalize().equals(wanted))).findFirst()
                .orElseThrow(() -> SeptumException
                        .input(file + " is a DICOM file without an image; give an image of the series"));
    }

    private static boolean mayBeImage(Path file) {
        return !FileNames.isHidden(file) && !FileNames.lower(file).equals("dicomdir") && DicomFile.isDicom(file);
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String list(List<Path> files) {
        return files.stream().limit(LISTED).map(FileNames::fileName).collect(Collectors.joining(", "))
                + (files.size() > LISTED ? ", …" : "");
    }
}
