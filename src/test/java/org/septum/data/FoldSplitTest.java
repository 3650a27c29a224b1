package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class FoldSplitTest {

    /** Patient p has p % 3 + 1 cases. */
    private static CaseIndex index(int patients) {
        List<DataCase> cases = new ArrayList<>();
        for (int p = 0; p < patients; p++)
            for (int i = 0; i <= p % 3; i++)
                cases.add(new DataCase("p" + p + "_" + i, List.of(Path.of("i")), Path.of("l"), "p" + p));
        return new CaseIndex("test", List.of(), Optional.empty(), cases, true);
    }

    private static Set<String> groups(List<DataCase> cases) {
        return new HashSet<>(cases.stream().map(DataCase::group).toList());
    }

    @Test
    void noPatientStandsOnBothSidesAndEveryCaseIsValidatedOnce() {
        CaseIndex index = index(13);
        List<DataCase> validated = new ArrayList<>();
        for (int fold = 0; fold < FoldSplit.FOLDS; fold++) {
            FoldSplit split = FoldSplit.of(index, fold);
            assertThat(groups(split.training())).doesNotContainAnyElementsOf(groups(split.validation()));
            assertThat(groups(split.validation())).hasSizeBetween(2, 3);
            List<DataCase> all = new ArrayList<>(split.training());
            all.addAll(split.validation());
            assertThat(all).containsExactlyInAnyOrderElementsOf(index.cases());
            validated.addAll(split.validation());
        }
        assertThat(validated).containsExactlyInAnyOrderElementsOf(index.cases());
    }

    @Test
    void aFoldDependsOnTheNamesAloneAndNotOnTheirOrder() {
        CaseIndex index = index(13);
        List<DataCase> reversed = new ArrayList<>(index.cases());
        Collections.reverse(reversed);
        CaseIndex other = new CaseIndex("other", List.of(), Optional.empty(), reversed, true);
        assertThat(groups(FoldSplit.of(other, 2).validation())).isEqualTo(groups(FoldSplit.of(index, 2).validation()));
        assertThat(groups(FoldSplit.of(index, 0).validation())).as("fold 0 must mean the same in every release")
                .isEqualTo(Set.of("p11", "p3", "p4"));
    }

    @Test
    void trainingOnAllHoldsNothingOut() {
        FoldSplit split = FoldSplit.of(index(3), -1);
        assertThat(split.training()).hasSize(6);
        assertThat(split.validation()).isEmpty();
        assertThat(split.describe()).isEqualTo("all 6 cases, none held out");
    }

    @Test
    void namesAsManyFoldsAsThereArePatients() {
        assertThat(FoldSplit.of(index(13), 2).describe()).startsWith("fold 2 of 5: ");
        assertThat(FoldSplit.of(index(3), 2).describe()).startsWith("fold 2 of 3: ");
        assertThat(FoldSplit.of(index(3), 4).name()).isEqualTo("fold 1 of 3");
        assertThat(FoldSplit.of(index(3), 4).validation()).isEqualTo(FoldSplit.of(index(3), 1).validation());
    }

    @Test
    void twoPatientsAreEnoughForAFoldAndOneIsNot() {
        FoldSplit split = FoldSplit.of(index(2), 4);
        assertThat(split.training()).isNotEmpty();
        assertThat(split.validation()).isNotEmpty();
        assertThatThrownBy(() -> FoldSplit.of(index(1), 0)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("--fold none");
    }

    @Test
    void foldsThatDoNotExistAreRefused() {
        for (int fold : new int[] { -2, 5 })
            assertThatThrownBy(() -> FoldSplit.of(index(9), fold)).isInstanceOfSatisfying(SeptumException.class,
                    e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE));
    }
}
