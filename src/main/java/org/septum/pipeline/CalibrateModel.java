package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.explain.Calibration;
import org.septum.explain.ProbabilitySamples;
import org.septum.explain.QualityModel;

/**
 * Finds, on cases that a model was not trained on, the temperature at which its probabilities say how often it is
 * right, and learns to predict the Dice of its masks without a reference. Writes a copy of the model with both. Masks
 * do not change.
 */
public final class CalibrateModel {

    /** Voxels of each case, about. */
    private static final int VOXELS = 20_000;

    private static final long SEED = 1;

    /**
     * What to calibrate.
     *
     * @param model
     *            folder or zip of Septum's own
     * @param dataset
     *            in one of the layouts of {@link CaseIndex}
     * @param fold
     *            whose held-out cases are looked at, negative for all; absent for the one that the model was trained
     *            on, or for all cases of another dataset
     * @param most
     *            cases at most, the first ones; 0 for all
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param output
     *            gets the calibrated model
     * @param overwrite
     *            whether a model there may be replaced
     * @param table
     *            gets what was measured of each case; absent for nothing
     */
    public record Request(Path model, Path dataset, Optional<Integer> fold, int most, String device, Path output,
            boolean overwrite, Optional<Path> table) {

        public Request {
            if (most < 0)
                throw SeptumException.usage(most + " cases; allowed: 1 and more, or 0 for all");
        }

        /** Without a table. */
        public Request(Path model, Path dataset, Optional<Integer> fold, int most, String device, Path output,
                boolean overwrite) {
            this(model, dataset, fold, most, device, output, overwrite, Optional.empty());
        }
    }

    /**
     * What came out.
     *
     * @param calibration
     *            as it is in the model
     * @param quality
     *            how to predict the Dice of a mask, as it is in the model; null if there were too few cases
     * @param split
     *            which cases were looked at, in words
     * @param problems
     *            one line for each case that could not be read
     */
    public record Result(Calibration calibration, QualityModel quality, String split, List<String> problems) {

        public Result {
            problems = List.copyOf(problems);
        }
    }

    private CalibrateModel() {
    }

    /**
     * Calibrates. A case that cannot be read becomes a problem of the result and does not stop the rest.
     *
     * @throws SeptumException
     *             if the model has seen all cases, none can be read, the output exists, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        request.table().ifPresent(table -> WholeFile.requireFree(table, request.overwrite()));
        try (OpenBundle open = BundleReader.open(request.model())) {
            ProbabilitySamples samples = new ProbabilitySamples(VOXELS, SEED);
            HeldOutMasks masks = new HeldOutMasks(open, request, samples, progress);
            masks.run(progress);
            request.table().ifPresent(table -> WholeFile.write(table, request.overwrite(),
                    aside -> Files.writeString(aside, QualityTable.csv(masks.judged()))));
            Calibration found = Calibration.of(samples);
            Optional<QualityModel> quality = masks.judged().size() < QualityModel.FEWEST ? Optional.empty()
                    : Optional.of(QualityModel.of(masks.judged()));
            Bundle bundle = open.bundle();
            Map<String, String> texts = new TreeMap<>(bundle.attachments());
            texts.put(Calibration.ATTACHMENT, found.toJson());
            texts.remove(QualityModel.ATTACHMENT);
            quality.ifPresent(q -> texts.put(QualityModel.ATTACHMENT, q.toJson()));
            BundleWriter.write(bundle.withAttachments(texts), request.output(), request.overwrite());
            return new Result(found, quality.orElse(null), masks.words(), masks.problems());
        }
    }
}
