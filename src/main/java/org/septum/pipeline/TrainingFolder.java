package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.septum.bundle.Safetensors;
import org.septum.core.FileTree;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.model.NamedWeights;
import org.septum.train.CheckpointFile;

/**
 * Where the state of an unfinished training lies: a checkpoint for each network, the weights that all of them start
 * from if these are those of a model, and a finished network while it is tried.
 *
 * @param path
 *            of the folder, which may not be there yet
 */
record TrainingFolder(Path path) {

    private static final String CHECKPOINT = "checkpoint.safetensors";

    private static final String START = "start.safetensors";

    /**
     * A network to train.
     *
     * @param fold
     *            which is held out
     * @param folder
     *            of its checkpoint
     * @param from
     *            where it goes on
     */
    record Part(int fold, Path folder, Optional<CheckpointFile> from) {

        Path checkpoint() {
            return folder.resolve(CHECKPOINT);
        }
    }

    /** That of the training of a model. */
    static TrainingFolder of(Path output) {
        Path absolute = output.toAbsolutePath().normalize();
        return new TrainingFolder(absolute.resolveSibling(absolute.getFileName() + ".training"));
    }

    /** True if an epoch of a training is done. */
    boolean isBegun() {
        return Files.exists(path.resolve(CHECKPOINT)) || Files.exists(ofFold(0).resolve(CHECKPOINT));
    }

    private Path ofFold(int fold) {
        return path.resolve("fold-" + fold);
    }

    /**
     * What was begun with one network goes on with it, and with several likewise.
     *
     * @param fold
     *            which is wanted, or {@link TrainModel#EVERY_FOLD}
     */
    List<Part> parts(CaseIndex index, int fold, boolean resumed) {
        boolean one = resumed ? Files.exists(path.resolve(CHECKPOINT)) : fold != TrainModel.EVERY_FOLD;
        if (one) {
            Optional<CheckpointFile> from = checkpoint(path, resumed);
            return List.of(new Part(from.map(CheckpointFile::fold).orElse(fold), path, from));
        }
        int count = FoldSplit.count(index);
        if (count < 2) {
            throw SeptumException
                    .input(index.name() + " has a single patient; folds need at least 2: train with --fold none");
        }
        List<Part> parts = new ArrayList<>();
        for (int k = 0; k < count; k++)
            parts.add(new Part(k, ofFold(k), checkpoint(ofFold(k), resumed)));
        return parts;
    }

    private static Optional<CheckpointFile> checkpoint(Path folder, boolean resumed) {
        Path file = folder.resolve(CHECKPOINT);
        return resumed && Files.exists(file) ? Optional.of(CheckpointFile.read(file)) : Optional.empty();
    }

    /** Found out now and not after a night of training. */
    void requireWritable() {
        Path probe = path.resolveSibling("." + path.getFileName() + "-probe");
        WholeFile.write(probe, true, aside -> Files.write(aside, new byte[0]));
        try {
            Files.deleteIfExists(probe);
        } catch (IOException e) {
            throw SeptumException.output(
                    "cannot delete files beside " + path + ": " + e + "; check the permissions of its folder", e);
        }
    }

    /** Keeps the weights that networks start from which are not begun when the training is cut off. */
    void keepStart(NamedWeights weights) {
        WholeFile.write(path.resolve(START), true, aside -> Safetensors.write(weights, Map.of(), aside));
    }

    /** The weights that networks start from; absent for random ones. */
    Optional<NamedWeights> start() {
        Path file = path.resolve(START);
        return Files.exists(file) ? Optional.of(Safetensors.read(file)) : Optional.empty();
    }

    /** Where a finished network lies while it is tried. */
    Path candidate() {
        return path.resolve("candidate");
    }

    void delete() {
        FileTree.delete(path);
    }
}
