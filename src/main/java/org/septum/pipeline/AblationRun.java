package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.septum.core.SeptumException;
import org.septum.metrics.ScoreTable;

/**
 * One training of a comparison.
 *
 * @param attention
 *            its word
 * @param seed
 *            of every random choice
 * @param model
 *            where the model lies when it is done
 */
record AblationRun(String attention, long seed, Path model) {

    private static final String SCORES = "scores.csv";

    /** The run of an attention and seed in the folder of a comparison. */
    static AblationRun of(Path output, String attention, long seed) {
        return new AblationRun(attention, seed, output.resolve("runs").resolve(attention + "-seed" + seed));
    }

    /** "eca-seed1". */
    String name() {
        return model.getFileName().toString();
    }

    /** What the training said. */
    Path log() {
        return model.resolveSibling(name() + ".log");
    }

    /** True if the model is there and scored; one that was stopped early has no scores. */
    boolean isFinished() {
        return Files.isRegularFile(model.resolve(SCORES));
    }

    ScoreTable scores() {
        Path file = model.resolve(SCORES);
        try {
            return ScoreTable.ofCsv(Files.readString(file), HeldOutScores.TOLERANCE, file.toString());
        } catch (IOException e) {
            throw SeptumException.input("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
