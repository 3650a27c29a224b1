package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.septum.core.ScanSource;

class OutputNamesTest {

    @Test
    void aScanKeepsItsNameIfNoOtherHasIt() {
        assertThat(OutputNames.of(List.of(source("a/liver.nii", "liver"), source("b/heart.nii", "heart"))))
                .containsExactly("liver", "heart");
    }

    @Test
    void equalNamesGetTheirFolderAndThenANumber() {
        assertThat(OutputNames.of(List.of(source("p1/t1.nii", "t1"), source("p2/T1.nii", "T1"),
                source("p2/t1.ome.tif", "t1"), source("p2/t2.nii", "t2")))).containsExactly("p1_t1", "p2_T1", "p2_t1_2",
                        "t2");
    }

    private static ScanSource source(String path, String name) {
        return new ScanSource(Path.of(path), name);
    }
}
