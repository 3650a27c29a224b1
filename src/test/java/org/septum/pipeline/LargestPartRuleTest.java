package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.train.Adjustments;

/** With a network that takes every bright voxel for the class. */
@Tag("engine")
class LargestPartRuleTest {

    private static final int CASES = 3;

    @TempDir
    private Path folder;

    private Path dataset;

    private Bundle toy;

    @BeforeEach
    void write() throws IOException {
        dataset = Toys.dataset(folder.resolve("data"), CASES);
        toy = BundleReader.read(Toys.model(folder.resolve("toy")));
    }

    private Plan decided() {
        FoldSplit all = FoldSplit.of(CaseIndex.of(dataset), FoldSplit.NONE);
        TrainedNetwork network = new TrainedNetwork(toy.plan(), all, toy.weights(), null, List.of(), Adjustments.NONE);
        return new LargestPartRule("cpu", folder.resolve("aside"), Progress.SILENT).applied(List.of(network)).get(0)
                .plan();
    }

    private Scan scan(int i) {
        return Toys.scan("case_" + i, i);
    }

    private void writeScan(int i, Scan scan) {
        NiftiScanWriter.write(scan, dataset.resolve("imagesTr/case_" + i + "_0000.nii.gz"), true);
    }

    @Test
    void islandsOfAClassThatIsOnePartGo() {
        Scan island = scan(0);
        island.pixels().getAt(1, 1, 1, 0).set(200);
        island.pixels().getAt(1, 2, 1, 0).set(200);
        writeScan(0, island);
        Plan plan = decided();
        assertThat(plan.postProcessing().largestPart()).containsExactly(1);
        assertThat(plan.postProcessing().perSlice()).isFalse();
        assertThat(plan.reasons().get("postProcessing")).contains("blob is one connected part")
                .contains("each of 3 training cases").contains("to 1.0000");
        assertThat(Plan.parse(plan.toJson(), "test")).isEqualTo(plan);
    }

    @Test
    void aClassOfTwoPartsIsLeftAlone() {
        LabelMask mask = Toys.mask(scan(1));
        for (int k = 0; k < 27; k++)
            mask.pixels().getAt(1 + k % 3, 1 + k / 3 % 3, 1 + k / 9).set(1);
        new NiftiMaskWriter().write(mask, dataset.resolve("labelsTr/case_1.nii.gz"), true);
        Plan plan = decided();
        assertThat(plan.postProcessing()).isNull();
        assertThat(plan.reasons().get("postProcessing")).contains("no class is one connected part");
    }

    @Test
    void aNetworkThatBreaksAClassIntoPiecesKeepsThem() {
        Scan broken = scan(2);
        for (int x = 0; x < 23; x++)
            for (int y = 0; y < 26; y++)
                broken.pixels().getAt(x, y, 5, 0).set(0);
        writeScan(2, broken);
        Plan plan = decided();
        assertThat(plan.postProcessing()).isNull();
        assertThat(plan.reasons().get("postProcessing")).contains("its islands stay");
    }
}
