package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** Holds a training up that its data would make wrong, before time is spent on it; milder problems are only said. */
final class DataGate {

    private static final int MOST_LINES = 10;

    private final Path dataset;

    private final Progress progress;

    private final DatasetCheck check;

    DataGate(Path dataset, Progress progress) {
        this.dataset = dataset;
        this.progress = progress;
        this.check = new DatasetCheck(dataset, CheckData.Request.of(dataset), progress);
    }

    /**
     * Looks at every case.
     *
     * @param folds
     *            those that will be trained; empty if no case is held out
     *
     * @throws SeptumException
     *             of kind INPUT, with the problems, if a training would be wrong
     */
    void pass(List<Integer> folds) {
        check.run();
        List<String> stops = check.serious().stream()
                .filter(s -> s.folds().isEmpty() || s.folds().stream().anyMatch(folds::contains))
                .map(DatasetCheck.Serious::text).toList();
        if (!stops.isEmpty()) {
            throw SeptumException.input(shortened(stops) + "\nThe training would be wrong. See all with: septum check "
                    + dataset + "; train all the same with --no-check");
        }
        List<String> mild = mild();
        if (!mild.isEmpty())
            progress.message(shortened(mild));
    }

    private List<String> mild() {
        List<String> lines = new ArrayList<>(check.problems());
        for (CheckData.Finding f : check.findings()) {
            f.problems().forEach(p -> lines.add("case " + f.name() + ": " + p));
            f.facts().ifPresent(facts -> facts.notes().forEach(n -> lines.add("case " + f.name() + ": " + n)));
        }
        return lines;
    }

    private String shortened(List<String> lines) {
        String text = String.join("\n", lines.subList(0, Math.min(MOST_LINES, lines.size())));
        return lines.size() <= MOST_LINES ? text
                : text + "\n… and " + (lines.size() - MOST_LINES) + " more: septum check " + dataset;
    }

    /** A case with another number of channels; absent if all have as many as wanted. */
    Optional<CheckData.Finding> caseWithoutChannels(int wanted) {
        return check.findings().stream().filter(f -> f.facts().isPresent() && f.facts().get().channels() != wanted)
                .findFirst();
    }
}
