package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.explain.Calibration;
import org.septum.explain.ProbabilitySamples;
import org.septum.infer.Engine;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;

/**
 * Finds the temperature at which a model's probabilities say how often it is right, on cases it was not trained on, and
 * writes a copy of the model with it. Masks do not change.
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
     */
    public record Request(Path model, Path dataset, Optional<Integer> fold, int most, String device, Path output,
            boolean overwrite) {

        public Request {
            if (most < 0)
                throw SeptumException.usage(most + " cases; allowed: 1 and more, or 0 for all");
        }
    }

    /**
     * What came out.
     *
     * @param calibration
     *            as it is in the model
     * @param split
     *            which cases were looked at, in words
     * @param problems
     *            one line for each case that could not be read
     */
    public record Result(Calibration calibration, String split, List<String> problems) {

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
        try (OpenBundle open = BundleReader.open(request.model())) {
            Bundle bundle = open.bundle();
            HeldOutCases held = HeldOutCases.of(bundle, CaseIndex.of(request.dataset()), request.fold(), progress);
            List<DataCase> cases = request.most() == 0 ? held.cases()
                    : held.cases().subList(0, Math.min(request.most(), held.cases().size()));
            List<String> problems = new ArrayList<>();
            Calibration found = Calibration.of(samples(open, cases, request.device(), progress, problems));
            Map<String, String> texts = new TreeMap<>(bundle.attachments());
            texts.put(Calibration.ATTACHMENT, found.toJson());
            BundleWriter.write(bundle.withAttachments(texts), request.output(), request.overwrite());
            String of = cases.size() < held.cases().size() ? cases.size() + " of " : "";
            return new Result(found, of + held.words(), problems);
        }
    }

    private static ProbabilitySamples samples(OpenBundle open, List<DataCase> cases, String device, Progress progress,
            List<String> problems) {
        ProbabilitySamples samples = new ProbabilitySamples(VOXELS, SEED);
        SegmentPass pass = SegmentPass.DEFAULT.withDevice(device);
        try (Engine engine = pass.open(open, progress)) {
            Segmenter segmenter = new Segmenter(engine, pass.segmenterOptions(open));
            for (int i = 0; i < cases.size(); i++) {
                progress.throwIfCancelled();
                progress.report("calibrating", i, cases.size());
                try (Workspace space = Workspace.ofHeap()) {
                    Scan scan = CaseReader.scan(cases.get(i));
                    Segmentation made = segmenter.segment(segmenter.prepare(scan, open.plan(), space), true,
                            new Quiet(progress));
                    samples.add(made.probabilities().orElseThrow(),
                            CaseReader.labels(cases.get(i), open.plan().labels(), scan));
                } catch (SeptumException e) {
                    if (e.kind() != SeptumException.Kind.INPUT)
                        throw e;
                    problems.add(cases.get(i).name() + ": " + e.getMessage());
                }
            }
        }
        progress.report("calibrating", cases.size(), cases.size());
        return samples;
    }
}
