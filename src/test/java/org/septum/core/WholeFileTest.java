package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void theFileAppearsOnlyWhenItIsWhole() throws IOException {
        Path file = folder.resolve("a.nii.gz");
        WholeFile.write(file, false, aside -> {
            Files.writeString(aside, "half");
            assertThat(file).doesNotExist();
            assertThat(aside).hasParent(folder);
            assertThat(aside.getFileName().toString()).endsWith("a.nii.gz");
            Files.writeString(aside, "whole");
        });
        assertThat(file).hasContent("whole");
        assertThat(names()).containsExactly("a.nii.gz");
    }

    @Test
    void missingFoldersAreMade() {
        Path file = folder.resolve("x/y/a.txt");
        WholeFile.write(file, false, aside -> Files.writeString(aside, "there"));
        assertThat(file).hasContent("there");
    }

    @Test
    void aFullDiskLeavesNothingAndTheOldFileStays() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        assertThatThrownBy(() -> WholeFile.write(file, true, aside -> {
            Files.writeString(aside, "half");
            throw new IOException("No space left on device");
        })).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.OUTPUT)).message()
                .contains("a.txt", "No space left on device", "check the free space");
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("a.txt");
    }

    @Test
    void aMistakeOfTheContentLeavesNothing() throws IOException {
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("a.txt"), false, aside -> {
            Files.writeString(aside, "half");
            throw new IllegalStateException("broken");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void anExistingFileIsReplacedOnlyIfAsked() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        assertThatThrownBy(() -> WholeFile.write(file, false, aside -> {
            throw new AssertionError("must not be asked");
        })).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.OUTPUT)).message().contains("--overwrite");
        assertThat(file).hasContent("old");
        WholeFile.write(file, true, aside -> Files.writeString(aside, "new"));
        assertThat(file).hasContent("new");
    }

    @Test
    void aFileInTheWayOfItsFolderIsAnOutputError() throws IOException {
        Files.writeString(folder.resolve("x"), "a file");
        assertThatThrownBy(
                () -> WholeFile.write(folder.resolve("x/a.txt"), false, aside -> Files.writeString(aside, "there")))
                        .isInstanceOfSatisfying(SeptumException.class,
                                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.OUTPUT));
    }
}
