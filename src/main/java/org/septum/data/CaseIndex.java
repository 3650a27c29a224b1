package org.septum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.io.PatientIds;

/**
 * The cases of a dataset, found by their names without reading a pixel. Two layouts are known: nnU-Net raw / Medical
 * Decathlon ({@code dataset.json}, {@code imagesTr}, {@code labelsTr}) and plain ({@code images}, {@code labels} with
 * equal stems, and {@code dataset.json} if there is one).
 *
 * @param name
 *            of the dataset
 * @param channels
 *            names of the channels; empty if nobody said
 * @param labels
 *            classes; absent if nobody said
 * @param cases
 *            sorted by name
 * @param hasGroups
 *            whether patients are known, from {@code groups.csv} or, if there is none, by the PatientID of DICOM scans;
 *            otherwise each case is its own group
 */
public record CaseIndex(String name, List<String> channels, Optional<ClassLabels> labels, List<DataCase> cases,
        boolean hasGroups) {

    private static final List<String> IMAGE_FOLDERS = List.of("imagesTr", "images");

    private static final List<String> LABEL_FOLDERS = List.of("labelsTr", "labels");

    public CaseIndex {
        channels = List.copyOf(channels);
        cases = List.copyOf(cases);
    }

    /**
     * Finds the cases of a dataset.
     *
     * @throws SeptumException
     *             if the folder has no known layout or names do not match; the message lists them
     */
    public static CaseIndex of(Path dataset) {
        return of(dataset, problem -> {
            throw SeptumException.input(problem);
        });
    }

    /**
     * Finds the cases that have both scan and labels, for someone who wants to know all that is wrong at once.
     *
     * @param problems
     *            hears what {@link #of(Path)} would throw for names that do not match, and goes on
     *
     * @throws SeptumException
     *             if the folder has no known layout
     */
    public static CaseIndex of(Path dataset, Consumer<String> problems) {
        Path images = folder(dataset, IMAGE_FOLDERS);
        Path labels = folder(dataset, LABEL_FOLDERS);
        DatasetDescription description = DatasetDescription.of(dataset.resolve("dataset.json"));
        Map<String, String> groups = groups(dataset.resolve("groups.csv"));
        Map<String, List<Path>> labelsByCase = byCase(labels, Set.of());
        Map<String, List<Path>> imagesByCase = byCase(images, labelsByCase.keySet());
        tellNames(dataset, imagesByCase, labelsByCase, problems);
        tellGroups(dataset, imagesByCase.keySet(), groups, problems);
        if (groups.isEmpty())
            groups = groupsOfDicom(imagesByCase);
        List<DataCase> cases = cases(imagesByCase, labelsByCase, groups);
        String name = description.name().orElseGet(() -> dataset.toAbsolutePath().normalize().getFileName().toString());
        return new CaseIndex(name, description.channels(), description.labels(), cases, !groups.isEmpty());
    }

    private static List<DataCase> cases(Map<String, List<Path>> images, Map<String, List<Path>> labels,
            Map<String, String> groups) {
        List<DataCase> cases = new ArrayList<>();
        images.forEach((name, files) -> {
            if (labels.containsKey(name))
                cases.add(new DataCase(name, files, labels.get(name).get(0), groups.getOrDefault(name, name)));
        });
        return cases;
    }

    /**
     * Patients by PatientID. A group is called after the place of its ID among all of them in their order, so that the
     * ID itself goes no further, and folds are those of a groups.csv with the IDs. Nothing is known if all scans bear
     * one ID: it may have been put there to hide who they are of.
     */
    private static Map<String, String> groupsOfDicom(Map<String, List<Path>> images) {
        Map<String, String> ids = new TreeMap<>();
        images.forEach((name, files) -> PatientIds.of(files.get(0)).ifPresent(id -> ids.put(name, id)));
        List<String> ordered = ids.values().stream().distinct().sorted().toList();
        Map<String, String> groups = new TreeMap<>();
        if (ordered.size() > 1)
            ids.forEach((name, id) -> groups.put(name,
                    String.format(Locale.ROOT, "patient %06d", ordered.indexOf(id) + 1)));
        return groups;
    }

    /**
     * These cases, and corrections that are trained on whatever fold is held out. A case gives way to its correction,
     * the one of the same name, and is not held out any more.
     *
     * @throws SeptumException
     *             of kind INPUT if channels or classes differ
     */
    public CaseIndex withCorrections(CaseIndex corrections) {
        boolean sameLabels = labels.isEmpty() || corrections.labels.isEmpty()
                || words(labels.get()).equals(words(corrections.labels.get()));
        boolean sameChannels = channels.isEmpty() || corrections.channels.isEmpty()
                || lower(channels).equals(lower(corrections.channels));
        if (!sameLabels || !sameChannels) {
            throw SeptumException.input("the corrections " + corrections.name + " have the classes "
                    + corrections.labels.map(CaseIndex::words).orElse("") + " and channels " + corrections.channels
                    + ", " + name + " has " + labels.map(CaseIndex::words).orElse("") + " and " + channels
                    + "; collect corrections of a model that was trained on this dataset, or train on them alone");
        }
        List<String> corrected = corrections.cases.stream().map(DataCase::name).toList();
        List<DataCase> all = new ArrayList<>(cases.stream().filter(c -> !corrected.contains(c.name())).toList());
        corrections.cases.forEach(c -> all.add(c.asCorrection()));
        return new CaseIndex(name, channels.isEmpty() ? corrections.channels : channels, labels.or(corrections::labels),
                all, hasGroups);
    }

    private static String words(ClassLabels labels) {
        return labels.classes().stream().map(c -> c.value() + " " + c.name()).toList().toString();
    }

    private static List<String> lower(List<String> words) {
        return words.stream().map(w -> w.toLowerCase(Locale.ROOT)).toList();
    }

    /** The modality named by the channels; OTHER if they do not say. */
    public Modality modality() {
        return channels.stream().map(Modality::of).filter(m -> m != Modality.OTHER).findFirst().orElse(Modality.OTHER);
    }

    private static Path folder(Path dataset, List<String> names) {
        return names.stream().map(dataset::resolve).filter(Files::isDirectory).findFirst()
                .orElseThrow(() -> SeptumException.input(dataset + " has no folder " + String.join(" or ", names)
                        + "; a dataset has imagesTr and labelsTr, or images and labels with equal file names"));
    }

    /**
     * Files by the case they belong to. A number at the end counts as that of a channel (case_0000, case_0001) unless a
     * known case is named with it.
     */
    private static Map<String, List<Path>> byCase(Path folder, Set<String> known) {
        Map<String, List<Path>> cases = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(CaseIndex::isOwnFile).sorted().toList()) {
                String stem = stem(file);
                if (!known.isEmpty() && !known.contains(stem))
                    stem = stem.replaceFirst("_\\d{4}$", "");
                cases.computeIfAbsent(stem, k -> new ArrayList<>()).add(file);
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot list " + folder + ": " + e.getMessage(), e);
        }
        return cases;
    }

    /** False for hidden files and for the pixels of a .hdr, which are found by it. */
    private static boolean isOwnFile(Path file) {
        String name = file.getFileName().toString();
        boolean pixels = name.matches("(?i).*\\.img(\\.gz)?");
        return !name.startsWith(".")
                && !(pixels && Files.exists(file.resolveSibling(name.replaceFirst("(?i)\\.img(\\.gz)?$", ".hdr"))));
    }

    /**
     * File name without its extension; {@code .nii.gz} and {@code .ome.tif} count as one. A folder (a DICOM series) has
     * no extension, whatever dots are in its name.
     */
    static String stem(Path file) {
        String name = file.getFileName().toString();
        return Files.isDirectory(file) ? name : stem(name);
    }

    private static String stem(String name) {
        return name.replaceFirst("(?i)(\\.nii\\.gz|\\.img\\.gz|\\.ome\\.tiff?|\\.[a-z0-9]{1,5})$", "");
    }

    private static void tellNames(Path dataset, Map<String, List<Path>> images, Map<String, List<Path>> labels,
            Consumer<String> problems) {
        TreeSet<String> noLabels = new TreeSet<>(images.keySet());
        noLabels.removeAll(labels.keySet());
        TreeSet<String> noImage = new TreeSet<>(labels.keySet());
        noImage.removeAll(images.keySet());
        if (!noLabels.isEmpty() || !noImage.isEmpty()) {
            problems.accept(dataset + " has unmatched names: " + some("images without labels", noLabels)
                    + some("labels without image", noImage) + "give both the same stem, or remove them");
        }
        if (images.isEmpty())
            problems.accept(dataset + " has no cases; put scans into its image folder");
        for (Map.Entry<String, List<Path>> entry : labels.entrySet()) {
            if (entry.getValue().size() > 1) {
                problems.accept(dataset + " has " + entry.getValue().size() + " label files for " + entry.getKey()
                        + "; keep one");
            }
        }
    }

    /** A case without a group could stand on the other side of a split than its patient's other cases. */
    private static void tellGroups(Path dataset, Set<String> cases, Map<String, String> groups,
            Consumer<String> problems) {
        TreeSet<String> missing = new TreeSet<>(cases);
        missing.removeAll(groups.keySet());
        if (!groups.isEmpty() && !missing.isEmpty()) {
            problems.accept(dataset.resolve("groups.csv") + " leaves out " + some("cases", missing)
                    + "give every case a line: case,patient");
        }
    }

    private static String some(String what, TreeSet<String> names) {
        if (names.isEmpty())
            return "";
        List<String> first = names.stream().limit(5).toList();
        return names.size() + " " + what + " (" + String.join(", ", first) + (names.size() > 5 ? ", …" : "") + "); ";
    }

    private static Map<String, String> groups(Path file) {
        if (!Files.exists(file))
            return Map.of();
        Map<String, String> groups = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split(",");
                if (cells.length >= 2) {
                    groups.put(cells[0].strip(), cells[1].strip());
                    groups.putIfAbsent(stem(cells[0].strip()), cells[1].strip());
                }
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot read " + file + ": " + e.getMessage(), e);
        }
        return groups;
    }
}
