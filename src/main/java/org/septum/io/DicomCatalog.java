package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/**
 * The DICOM files of one folder by SeriesInstanceUID, whatever they are called.
 *
 * @param where
 *            the folder, or the file that was asked for, for messages
 * @param series
 *            files with pixels by UID of their series, in the order of their names
 * @param skipped
 *            files that are no DICOM images, or damaged
 */
record DicomCatalog(Path where, Map<String, List<DicomFile>> series, List<Path> skipped) {

    private static final int LISTED = 8;

    /**
     * Reads the headers of all files of a folder.
     *
     * @param folder
     *            where to look; not in the folders below
     * @param wanted
     *            the folder, or one file of it that must not be damaged
     */
    static DicomCatalog of(Path folder, Path wanted) throws IOException {
        return of(filesIn(folder), wanted);
    }

    /** Reads the headers of some files; {@code wanted} as above. */
    static DicomCatalog of(List<Path> files, Path wanted) throws IOException {
        Map<String, List<DicomFile>> series = new LinkedHashMap<>();
        List<Path> skipped = new ArrayList<>();
        for (Path file : files) {
            Optional<DicomFile> dicom = mayBeImage(file) ? parse(file, wanted) : Optional.empty();
            if (dicom.isPresent() && dicom.get().hasPixels())
                series.computeIfAbsent(dicom.get().text(DicomFile.SERIES_UID), uid -> new ArrayList<>())
                        .add(dicom.get());
            else
                skipped.add(file);
        }
        return new DicomCatalog(wanted, series, skipped);
    }

    /** True if a DICOM file lies in this very folder. */
    static boolean holdsDicom(Path folder) {
        try {
            return filesIn(folder).stream().anyMatch(DicomCatalog::mayBeImage);
        } catch (IOException e) {
            throw Problem.reading(folder, e);
        }
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

    /** True for a DICOM file that is no index of others. */
    static boolean mayBeImage(Path file) {
        return !FileNames.isHidden(file) && !FileNames.lower(file).equals("dicomdir") && DicomFile.isDicom(file);
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /**
     * The images of the series that is meant: the chosen one, that of the file that was asked for, or the only one that
     * is neither scouts nor label masks.
     *
     * @param notes
     *            takes what was left out
     */
    List<DicomFile> choose(String chosen, List<String> notes) {
        if (!skipped.isEmpty())
            notes.add("skipped, as no DICOM images or damaged (" + skipped.size() + "): " + names(skipped));
        if (!chosen.isEmpty())
            return withoutSideImages(named(chosen), notes);
        if (!Files.isDirectory(where))
            return withoutSideImages(ofFile(), notes);
        requireImages();
        Collection<List<DicomFile>> candidates = scans();
        if (candidates.size() > 1)
            throw SeptumException.input(where + " holds " + candidates.size() + " DICOM series: " + list(candidates)
                    + "; choose one with --series (its number, UID or words of its description)");
        long others = series.values().stream().mapToLong(List::size).sum() - candidates.iterator().next().size();
        if (others > 0)
            notes.add(others + " images of " + (series.size() - 1)
                    + " other series ignored (scouts, screen pictures, label masks)");
        return withoutSideImages(candidates.iterator().next(), notes);
    }

    /** The series that are scans, neither scouts nor label masks; all if none is. */
    Collection<List<DicomFile>> scans() {
        List<List<DicomFile>> scans = series.values().stream()
                .filter(s -> s.stream().anyMatch(f -> !f.isSideImage() && !f.isSegmentation())).toList();
        return scans.isEmpty() ? series.values() : scans;
    }

    private void requireImages() {
        if (series.isEmpty())
            throw SeptumException
                    .input(where + " holds no DICOM images itself; give a folder with the files of one series in it");
    }

    /** All series of a folder, or that of the file that was asked for. */
    Collection<List<DicomFile>> listed() {
        if (!Files.isDirectory(where))
            return List.of(ofFile());
        requireImages();
        return series.values();
    }

    private List<DicomFile> named(String chosen) {
        String word = chosen.strip().toLowerCase(Locale.ROOT);
        List<List<DicomFile>> found = series.entrySet().stream().filter(e -> e.getKey().equals(chosen.strip()))
                .map(Map.Entry::getValue).toList();
        if (found.isEmpty())
            found = series.values().stream().filter(s -> s.get(0).text(DicomFile.SERIES_NUMBER).equals(word)).toList();
        if (found.isEmpty())
            found = series.values().stream()
                    .filter(s -> s.get(0).text(DicomFile.SERIES_DESCRIPTION).toLowerCase(Locale.ROOT).contains(word))
                    .toList();
        if (found.size() != 1)
            throw SeptumException.usage(where + " holds " + (found.isEmpty() ? "no series" : found.size() + " series")
                    + " of the number, UID or description \"" + chosen + "\"; there are: "
                    + list(found.isEmpty() ? series.values() : found));
        return found.get(0);
    }

    private List<DicomFile> ofFile() {
        Path wanted = where.toAbsolutePath().normalize();
        return series.values().stream()
                .filter(s -> s.stream().anyMatch(i -> i.path().toAbsolutePath().normalize().equals(wanted))).findFirst()
                .orElseThrow(() -> SeptumException
                        .input(where + " is a DICOM file without an image; give an image of the series"));
    }

    /** A series without its scouts, unless it is made of them, or one of them was asked for. */
    private List<DicomFile> withoutSideImages(List<DicomFile> images, List<String> notes) {
        List<DicomFile> kept = images.stream().filter(f -> !f.isSideImage()).toList();
        boolean askedFor = images.stream()
                .anyMatch(f -> f.isSideImage() && f.path().toAbsolutePath().equals(where.toAbsolutePath()));
        if (kept.isEmpty() || kept.size() == images.size() || askedFor)
            return images;
        notes.add((images.size() - kept.size()) + " scouts or screen pictures of the series ignored");
        return kept;
    }

    private static String list(Collection<List<DicomFile>> series) {
        return series.stream().limit(LISTED).map(DicomCatalog::describe).collect(Collectors.joining(", "))
                + (series.size() > LISTED ? ", …" : "");
    }

    private static String describe(List<DicomFile> images) {
        DicomFile first = images.get(0);
        String number = first.text(DicomFile.SERIES_NUMBER);
        String description = first.text(DicomFile.SERIES_DESCRIPTION);
        return (number.isEmpty() ? "" : number + " ") + "\"" + (description.isEmpty() ? "no description" : description)
                + "\" (" + images.size() + (images.size() == 1 ? " image" : " images") + ", with " + first.fileName()
                + ")";
    }

    private static String names(List<Path> files) {
        return files.stream().limit(5).map(FileNames::fileName).collect(Collectors.joining(", "))
                + (files.size() > 5 ? ", …" : "");
    }
}
