package org.septum.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/**
 * Cases to train on and cases to validate on, no patient on both sides.
 *
 * @param fold
 *            number of the fold, from 0; -1 if every case is trained on
 * @param training
 *            cases
 * @param validation
 *            cases; empty if every case is trained on
 */
public record FoldSplit(int fold, List<DataCase> training, List<DataCase> validation) {

    /** Into how many folds a dataset is cut. */
    public static final int FOLDS = 5;

    /** Instead of a fold: every case is trained on, none is held out. */
    public static final int NONE = -1;

    /** Every split of a dataset is made with this seed, so that fold 0 means the same in every run. */
    private static final long SEED = 12345;

    public FoldSplit {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /**
     * One of five folds: groups are sorted, shuffled with a fixed seed and dealt out in turn.
     *
     * @param fold
     *            0 to 4, or -1 to train on everything
     */
    public static FoldSplit of(CaseIndex index, int fold) {
        if (fold < -1 || fold >= FOLDS) {
            throw SeptumException.usage("fold " + fold + "; allowed: 0 to " + (FOLDS - 1) + ", or none");
        }
        List<String> groups = new ArrayList<>(new TreeSet<>(groups(index.cases().stream())));
        if (fold >= 0 && groups.size() < 2) {
            throw SeptumException
                    .input(index.name() + " has a single patient; a fold needs at least 2: train with --fold none");
        }
        Collections.shuffle(groups, new Random(SEED));
        int folds = Math.min(FOLDS, groups.size());
        List<DataCase> training = new ArrayList<>();
        List<DataCase> validation = new ArrayList<>();
        for (DataCase c : index.cases()) {
            boolean held = fold >= 0 && !c.isCorrection() && groups.indexOf(c.group()) % folds == fold % folds;
            (held ? validation : training).add(c);
        }
        return new FoldSplit(fold, training, validation);
    }

    private static List<String> groups(Stream<DataCase> cases) {
        return cases.filter(c -> !c.isCorrection()).map(DataCase::group).distinct().toList();
    }

    /** How many folds hold out different cases: {@link #FOLDS}, or as many as there are patients if those are fewer. */
    public static int count(CaseIndex index) {
        return Math.min(FOLDS, groups(index.cases().stream()).size());
    }

    /**
     * "fold 0 of 5", for people: of as many as there are. With three patients there are three, and what was asked for
     * as fold 4 is fold 1.
     */
    public String name() {
        int patients = groups(Stream.concat(training.stream(), validation.stream())).size();
        int folds = Math.min(FOLDS, patients);
        return "fold " + fold % folds + " of " + folds;
    }

    /** "fold 0 of 5: 143 training and 36 validation cases", for people. */
    public String describe() {
        long corrections = training.stream().filter(DataCase::isCorrection).count();
        String more = corrections == 0 ? "" : ", and " + corrections + " corrections trained on";
        long others = training.size() - corrections;
        return (fold < 0 ? "all " + others + " cases, none held out"
                : name() + ": " + others + " training and " + validation.size() + " validation cases") + more;
    }
}
