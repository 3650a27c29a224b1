package org.septum.pipeline;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.bundle.Bundle;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;

/**
 * Cases of a dataset that a model has not seen.
 *
 * @param cases
 *            in their order
 * @param words
 *            which they are, for people
 */
record HeldOutCases(List<DataCase> cases, String words) {

    private static final Pattern FOLD = Pattern.compile("fold (\\d+) of .*");

    HeldOutCases {
        cases = List.copyOf(cases);
    }

    /**
     * The cases for a model.
     *
     * @param fold
     *            whose held-out cases they are, negative for all cases; absent for the fold that the model was trained
     *            on, or for all cases of another dataset
     * @param progress
     *            hears if the model may have seen some
     *
     * @throws SeptumException
     *             of kind USAGE if the model has seen all cases and no fold is given
     */
    static HeldOutCases of(Bundle bundle, CaseIndex index, Optional<Integer> fold, Progress progress) {
        String trained = bundle.card().training().getOrDefault("split", "");
        boolean sameData = bundle.card().training().getOrDefault("dataset", bundle.plan().dataset())
                .equals(index.name());
        boolean every = fold.filter(f -> f < 0).isPresent();
        if (every && sameData)
            progress.message("the model may have seen all of these cases");
        if (every || fold.isEmpty() && !sameData)
            return new HeldOutCases(index.cases(), "all " + index.cases().size() + " cases of " + index.name());
        Matcher own = FOLD.matcher(trained);
        if (fold.isEmpty() && !own.matches()) {
            throw SeptumException.usage("the model was trained on " + (trained.isEmpty() ? "these data" : trained)
                    + ", so that no case of " + index.name()
                    + " is new to it; evaluate it on other data, or say with --fold which cases to score");
        }
        FoldSplit split = FoldSplit.of(index, fold.orElseGet(() -> Integer.parseInt(own.group(1))));
        if (sameData && !trained.startsWith(split.describe()))
            progress.message("the model was trained on \"" + trained + "\", this is \"" + split.describe()
                    + "\": it may have seen some of these cases");
        return new HeldOutCases(split.validation(),
                "the " + split.validation().size() + " held-out cases of fold " + split.fold() + " of " + index.name());
    }
}
