package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

    @TempDir
    private Path folder;

    @Test
    void deletesAFolderWithLinksButNotWhatTheyLeadTo() throws IOException {
        Path kept = Files.createDirectories(folder.resolve("kept"));
        Files.writeString(kept.resolve("a.txt"), "a");
        Path gone = Files.createDirectories(folder.resolve("gone/deep/deeper")).getParent().getParent();
        Files.writeString(gone.resolve("deep/deeper/b.txt"), "b");
        Files.createSymbolicLink(gone.resolve("link"), kept);
        FileTree.delete(gone);
        FileTree.delete(gone);
        assertThat(gone).doesNotExist();
        assertThat(kept.resolve("a.txt")).hasContent("a");
    }
}
