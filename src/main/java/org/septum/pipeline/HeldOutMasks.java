package org.septum.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.septum.bundle.Bundle;
import org.septum.bundle.OpenBundle;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.explain.CaseFeatures;
import org.septum.explain.JudgedCase;
import org.septum.explain.ProbabilitySamples;
import org.septum.explain.ScanFacts;
import org.septum.infer.ChangedEngine.Change;
import org.septum.infer.Engine;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;
import org.septum.infer.TorchEngine;

/**
 * What a model makes of cases that it has not seen, each by itself. Of a model that is one network for each fold of the
 * same data, each case is given to the network that has not seen it.
 */
final class HeldOutMasks {

    /**
     * Cases and the network for them.
     *
     * @param cases
     *            to segment
     * @param member
     *            number of the network that has not seen them; −1 for the model as it is
     */
    private record Part(List<DataCase> cases, int member) {
    }

    private final OpenBundle model;

    private final String device;

    private final List<Part> parts;

    /** Which cases they are, in words. */
    private final String words;

    private final ProbabilitySamples samples;

    private final List<JudgedCase> judged = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    /**
     * @param model
     *            the model
     * @param request
     *            which cases
     * @param samples
     *            gets voxels of them
     * @param progress
     *            hears if the model may have seen some
     */
    HeldOutMasks(OpenBundle model, CalibrateModel.Request request, ProbabilitySamples samples, Progress progress) {
        this.model = model;
        this.device = request.device();
        this.samples = samples;
        CaseIndex index = CaseIndex.of(request.dataset());
        Bundle bundle = model.bundle();
        boolean sameData = bundle.card().training().getOrDefault("dataset", bundle.plan().dataset())
                .equals(index.name());
        if (request.fold().isEmpty() && sameData && bundle.isEnsemble()
                && bundle.members().size() == FoldSplit.count(index)) {
            this.parts = new ArrayList<>();
            for (int k = 0; k < bundle.members().size(); k++)
                parts.add(new Part(first(FoldSplit.of(index, k).validation(), request.most()), k));
            this.words = parts.stream().mapToInt(p -> p.cases().size()).sum() + " cases of " + index.name()
                    + ", each by the network that has not seen it";
        } else {
            HeldOutCases held = HeldOutCases.of(bundle, index, request.fold(), progress);
            List<DataCase> cases = first(held.cases(), request.most());
            this.parts = List.of(new Part(cases, -1));
            this.words = (cases.size() < held.cases().size() ? cases.size() + " of " : "") + held.words();
        }
    }

    private static List<DataCase> first(List<DataCase> cases, int most) {
        return most == 0 ? cases : cases.subList(0, Math.min(most, cases.size()));
    }

    /** Segments them. A case that cannot be read becomes a problem. */
    void run(Progress progress) {
        int count = parts.stream().mapToInt(p -> p.cases().size()).sum();
        int done = 0;
        for (Part part : parts) {
            try (Engine engine = engine(part.member(), progress)) {
                for (DataCase c : part.cases()) {
                    progress.throwIfCancelled();
                    progress.report("calibrating", done++, count);
                    add(c, engine, new Quiet(progress));
                }
            }
        }
        progress.report("calibrating", count, count);
    }

    private Engine engine(int member, Progress progress) {
        return member < 0 ? SegmentPass.DEFAULT.withDevice(device).open(model, progress)
                : TorchEngine.open(model.plan(), List.of(model.bundle().members().get(member)), device, progress);
    }

    private void add(DataCase c, Engine engine, Progress progress) {
        try (Workspace space = Workspace.ofHeap()) {
            Scan scan = CaseReader.scan(c);
            LabelMask reference = CaseReader.labels(c, model.plan().labels(), scan);
            var options = SegmentPass.DEFAULT.segmenterOptions(model);
            Segmenter segmenter = new Segmenter(engine, options);
            PreparedScan prepared = segmenter.prepare(scan, model.plan(), space);
            Segmentation made = segmenter.segment(prepared, true, progress);
            samples.add(made.probabilities().orElseThrow(), reference);
            Map<String, Double> features = new JudgeMasks(model, engine, options).features(prepared, made,
                    Arrays.asList(Change.values()), progress);
            judged.add(new JudgedCase(c.name(), c.group(), CaseFeatures.agreement(reference, made.mask()), features,
                    ScanFacts.of(scan)));
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.INPUT)
                throw e;
            problems.add(c.name() + ": " + e.getMessage());
        }
    }

    /** Which cases they are, in words. */
    String words() {
        return words;
    }

    /** What was measured of those that could be read. */
    List<JudgedCase> judged() {
        return judged;
    }

    /** One line for each case that could not. */
    List<String> problems() {
        return problems;
    }
}
