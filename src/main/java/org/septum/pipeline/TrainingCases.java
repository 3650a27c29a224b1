package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;

/**
 * The cases of a training.
 *
 * @param index
 *            those of the dataset and the corrections
 */
record TrainingCases(CaseIndex index) {

    /** Of so many patches at least one is of a correction, few as they may be: else they would hardly be seen. */
    private static final int ONE_OF = 4;

    /**
     * The cases of a dataset and of a folder of corrections, if there is one.
     *
     * @param progress
     *            hears which cases give way to their corrections
     */
    static TrainingCases of(Path dataset, Optional<Path> corrections, Progress progress) {
        CaseIndex own = CaseIndex.of(dataset);
        if (corrections.isEmpty())
            return new TrainingCases(own);
        CaseIndex all = own.withCorrections(CaseIndex.of(corrections.get()));
        List<String> kept = all.cases().stream().filter(c -> !c.isCorrection()).map(DataCase::name).toList();
        List<String> gone = own.cases().stream().map(DataCase::name).filter(name -> !kept.contains(name)).toList();
        if (!gone.isEmpty())
            progress.message("trained on as corrected, and held out no more: " + String.join(", ", gone));
        return new TrainingCases(all);
    }

    /** A split whose corrections are repeated until they are a quarter of what is trained on. */
    static FoldSplit drawn(FoldSplit split) {
        List<DataCase> corrections = split.training().stream().filter(DataCase::isCorrection).toList();
        int others = split.training().size() - corrections.size();
        if (corrections.isEmpty() || others == 0)
            return split;
        List<DataCase> training = new ArrayList<>(split.training());
        int wanted = (others + ONE_OF - 2) / (ONE_OF - 1);
        for (int i = corrections.size(); i < wanted; i++)
            training.add(corrections.get(i % corrections.size()));
        return new FoldSplit(split.fold(), training, split.validation());
    }

    /**
     * Reads what nobody has looked at. A plan that is made here has read every case; one that is given has not, but a
     * check of the dataset may have.
     */
    void requireReadable(Plan plan, Optional<DataGate> gate, Progress progress) {
        List<DataCase> unread = index.cases();
        if (gate.isPresent() && index.labels().equals(Optional.of(plan.labels()))) {
            gate.get().caseWithoutChannels(plan.channels().size()).ifPresent(f -> {
                throw otherChannels(f.name(), f.facts().orElseThrow().channels(), plan);
            });
            unread = unread.stream().filter(DataCase::isCorrection).toList();
        }
        for (int i = 0; i < unread.size(); i++) {
            progress.throwIfCancelled();
            progress.report("looking at cases", i, unread.size());
            DataCase c = unread.get(i);
            Scan scan = CaseReader.scan(c);
            if (scan.channels() != plan.channels().size())
                throw otherChannels(c.name(), scan.channels(), plan);
            CaseReader.labels(c, plan.labels(), scan);
        }
    }

    private static SeptumException otherChannels(String name, int channels, Plan plan) {
        return SeptumException.input("case " + name + " has " + channels + " channels; the plan has "
                + plan.channels().size() + " " + plan.channels() + ": make a new plan with septum plan");
    }
}
