package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;

/**
 * The one plan of a comparison. It is made once; a request that goes on must have the settings that the folder was
 * begun with.
 */
final class AblationPlan {

    private final CompareAttention.Request request;

    private final Progress progress;

    private final Path settingsFile;

    private final Path planFile;

    AblationPlan(CompareAttention.Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.settingsFile = request.output().resolve("settings.txt");
        this.planFile = request.output().resolve("plan.json");
    }

    /** The plan in the folder, or a new one. */
    Plan of(CaseIndex index) {
        requireSameSettings(index);
        if (Files.exists(planFile)) {
            Plan kept = Plan.read(planFile);
            if (request.source().plan().isPresent() && !adjusted(Plan.read(request.source().plan().get())).equals(kept))
                throw other("its plan is not " + request.source().plan().get());
            return kept;
        }
        Plan plan = adjusted(request.source().plan().map(Plan::read)
                .orElseGet(() -> PlanDataset.plan(index, request.source().wishes(), progress)));
        WholeFile.write(settingsFile, true, aside -> Files.write(aside, settings(index)));
        plan.write(planFile, true);
        return plan;
    }

    private Plan adjusted(Plan plan) {
        TrainingPlan t = plan.training();
        return plan.withTraining(t.withSteps(request.length().epochs().orElse(t.epochs()),
                request.length().stepsPerEpoch().orElse(t.stepsPerEpoch())));
    }

    private void requireSameSettings(CaseIndex index) {
        try {
            if (!Files.exists(settingsFile)) {
                requireEmpty();
                return;
            }
            List<String> kept = Files.readAllLines(settingsFile);
            List<String> wanted = settings(index);
            for (int i = 0; i < wanted.size(); i++) {
                if (i >= kept.size() || !kept.get(i).equals(wanted.get(i)))
                    throw other((i < kept.size() ? kept.get(i) : "unknown") + ", not " + wanted.get(i));
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot read " + settingsFile + ": " + e.getMessage(), e);
        }
    }

    private void requireEmpty() throws IOException {
        if (!Files.exists(request.output()))
            return;
        try (Stream<Path> files = Files.list(request.output())) {
            if (files.findAny().isPresent())
                throw SeptumException.output(request.output() + " holds something else; choose another folder", null);
        }
    }

    private SeptumException other(String difference) {
        return new SeptumException(SeptumException.Kind.OUTPUT,
                request.output() + " holds a comparison with other settings (" + difference
                        + "); choose another folder, or give the same");
    }

    /** What must stay the same, a line each. */
    private List<String> settings(CaseIndex index) {
        PlanDataset.Wishes wishes = request.source().wishes();
        List<String> lines = new ArrayList<>();
        lines.add("dataset: " + index.name() + ", " + index.cases().size() + " cases");
        lines.add("fold: " + request.source().fold());
        lines.add("epochs: " + request.length().epochs().map(String::valueOf).orElse("as planned"));
        lines.add("steps an epoch: " + request.length().stepsPerEpoch().map(String::valueOf).orElse("as planned"));
        lines.add("plan: " + (request.source().plan().isPresent() ? "given" : "made here"));
        lines.add("dims: " + wishes.dims().map(String::valueOf).orElse("as planned"));
        lines.add("size: " + wishes.size());
        lines.add("network: " + wishes.network().orElse("as planned"));
        lines.add("norm: " + wishes.norm().orElse("as planned"));
        lines.add("activation: " + wishes.activation().orElse("as planned"));
        lines.add("deep supervision: " + wishes.deepSupervision());
        wishes.memory().ifPresent(bytes -> lines.add("memory: " + bytes));
        return lines;
    }
}
