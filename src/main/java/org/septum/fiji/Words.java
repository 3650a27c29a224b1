package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.pipeline.TrainModel;

/** What people write into fields of a dialog, as requests have it. */
final class Words {

    /** In place of a choice that is left to Septum. */
    static final String AUTO = "auto";

    private Words() {
    }

    /** A choice, or none if it is {@link #AUTO} or empty. */
    static Optional<String> choice(String word) {
        return word == null || word.isBlank() || word.equals(AUTO) ? Optional.empty() : Optional.of(word.strip());
    }

    /** A file, or none. Fields that are left empty come as a file without a name. */
    static Optional<Path> file(File file) {
        return file == null || file.getPath().isBlank() ? Optional.empty() : Optional.of(file.toPath());
    }

    /** 0 to 4, none, or all. */
    static int fold(String word) {
        return switch (word) {
            case "none" -> FoldSplit.NONE;
            case "all" -> TrainModel.EVERY_FOLD;
            case "0", "1", "2", "3", "4" -> Integer.parseInt(word);
            default -> throw SeptumException.usage("fold \"" + word + "\"; allowed: 0, 1, 2, 3, 4, none, all");
        };
    }

    /** True for all frames of an open image, false for the one in view. */
    static boolean everyFrame(String word) {
        if (!word.equals("all") && !word.equals("current"))
            throw SeptumException.usage("phase \"" + word + "\" of an open image; allowed: current, all");
        return word.equals("all");
    }

    /** Several words with commas between them. */
    static List<String> list(String words) {
        return Stream.of(words.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList();
    }

    /** Pixels along x and y, "256,192"; none if it is empty. */
    static List<Integer> size(String words) {
        List<String> parts = list(words);
        if (!parts.stream().allMatch(p -> p.matches("\\d{1,6}")))
            throw SeptumException.usage("size \"" + words + "\"; allowed: two numbers of pixels, such as 256,192");
        return parts.stream().map(Integer::valueOf).toList();
    }

    /** Megabytes as bytes. */
    static long bytes(int megabytes) {
        return (long) megabytes << 20;
    }

    /** The number of a phase, from 1; 0 for the only one and for all of them. */
    static int phase(String word) {
        String phase = word.strip().toLowerCase(Locale.ROOT);
        if (!phase.equals("all") && !phase.matches("\\d{1,6}"))
            throw SeptumException.usage("phase \"" + word + "\"; allowed: a number from 1, 0 for the only one, or all");
        return phase.equals("all") ? 0 : Integer.parseInt(phase);
    }
}
