package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/**
 * Which prediction belongs to which reference. Equal stems first; then stems that are equal without {@code _0000} of
 * nnU-Net and {@code _mask} or {@code _seg} at their end. Of several predictions the one in the format of the reference
 * counts.
 *
 * @param pairs
 *            in the order of the references' names
 * @param problems
 *            one line for each file without partner
 */
record MaskPairing(List<Pair> pairs, List<String> problems) {

    /** The masks of one case. */
    record Pair(String name, Path reference, Path prediction) {
    }

    private record MaskFile(Path path, String stem, String extension) {

        String canonical() {
            return stem.replaceFirst("(?i)(_mask|_seg)$", "").replaceFirst("_0000$", "");
        }
    }

    private static final Pattern MASK_NAME = Pattern
            .compile("(?i)(.+?)\\.(nii\\.gz|nii|hdr|nrrd|nhdr|mha|mhd|mgh|mgz|ome\\.tiff?|tiff?|png|bmp|jpe?g|dcm)");

    MaskPairing {
        pairs = List.copyOf(pairs);
        problems = List.copyOf(problems);
    }

    /** Pairs two files, or the files of two folders. */
    static MaskPairing of(Path reference, Path prediction) {
        requireThere("reference", reference);
        requireThere("prediction", prediction);
        boolean folders = Files.isDirectory(reference);
        if (folders != Files.isDirectory(prediction)) {
            throw SeptumException.usage("reference " + reference + " and prediction " + prediction
                    + " are a file and a folder; give two files or two folders");
        }
        if (!folders) {
            return new MaskPairing(List.of(new Pair(name(reference), reference, prediction)), List.of());
        }
        List<MaskFile> references = masks(reference);
        List<MaskFile> predictions = masks(prediction);
        MaskPairing pairing = pair(references, predictions);
        if (pairing.pairs().isEmpty()) {
            throw SeptumException.input("none of the " + references.size() + " masks in " + reference
                    + " has the name of one of the " + predictions.size() + " in " + prediction
                    + "; give reference and prediction of a case the same name");
        }
        return pairing;
    }

    private static MaskPairing pair(List<MaskFile> references, List<MaskFile> predictions) {
        List<Pair> pairs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<MaskFile> used = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (MaskFile reference : references) {
            List<MaskFile> candidates = candidates(reference, predictions);
            used.addAll(candidates);
            if (!names.add(reference.canonical())) {
                problems.add(reference.canonical() + ": a second reference " + reference.path().getFileName()
                        + " is left out; keep one");
            } else if (candidates.isEmpty()) {
                problems.add(reference.canonical() + ": no prediction; segment this case too");
            } else if (candidates.size() > 1) {
                problems.add(reference.canonical() + ": " + candidates.size() + " predictions, "
                        + candidates.get(0).path().getFileName() + " and " + candidates.get(1).path().getFileName()
                        + "; keep one");
            } else {
                pairs.add(new Pair(reference.canonical(), reference.path(), candidates.get(0).path()));
            }
        }
        Set<String> stems = new HashSet<>();
        used.forEach(file -> stems.add(file.stem()));
        predictions.stream().filter(p -> !stems.contains(p.stem()))
                .forEach(p -> problems.add(p.canonical() + ": no reference for prediction " + p.path().getFileName()));
        return new MaskPairing(pairs, problems);
    }

    private static List<MaskFile> candidates(MaskFile reference, List<MaskFile> predictions) {
        List<MaskFile> found = predictions.stream().filter(p -> p.stem().equals(reference.stem())).toList();
        if (found.isEmpty()) {
            found = predictions.stream().filter(p -> p.canonical().equals(reference.canonical())).toList();
        }
        List<MaskFile> sameFormat = found.stream().filter(p -> p.extension().equals(reference.extension())).toList();
        return sameFormat.size() == 1 ? sameFormat : found;
    }

    private static List<MaskFile> masks(Path folder) {
        List<MaskFile> masks = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                Matcher matcher = MASK_NAME.matcher(file.getFileName().toString());
                boolean hidden = file.getFileName().toString().startsWith(".");
                // a picture for people, not a mask
                boolean overlay = matcher.matches() && matcher.group(1).endsWith("_overlay");
                if (matcher.matches() && !hidden && !overlay && Files.isRegularFile(file)) {
                    masks.add(new MaskFile(file, matcher.group(1), matcher.group(2).toLowerCase(Locale.ROOT)));
                }
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot list " + folder + ": " + e.getMessage() + "; check its permissions", e);
        }
        return masks;
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        Matcher matcher = MASK_NAME.matcher(name);
        return matcher.matches() ? new MaskFile(file, matcher.group(1), matcher.group(2)).canonical() : name;
    }

    private static void requireThere(String what, Path path) {
        if (!Files.exists(path)) {
            throw SeptumException.input(what + " " + path + " does not exist; give a mask file or a folder of masks");
        }
    }
}
