package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFactsTest {

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_500_000_000_000L);

    @TempDir
    private Path folder;

    private Path pair(String stem) throws IOException {
        Files.writeString(folder.resolve(stem + ".img"), "values of " + stem);
        return Files.writeString(folder.resolve(stem + ".hdr"), "header");
    }

    @Test
    void aFolderOfManyHeadersIsListedOnce() throws IOException {
        for (int i = 0; i < 50; i++)
            pair("scan" + i);
        Files.setLastModifiedTime(folder, LONG_AGO);
        List<Path> listed = new ArrayList<>();
        FolderNames names = new FolderNames(of -> {
            listed.add(of);
            return Files.list(of);
        });
        for (int i = 0; i < 50; i++)
            assertThat(names.beginningWith(folder, "scan" + i + "."))
                    .containsExactly(folder.resolve("scan" + i + ".hdr"), folder.resolve("scan" + i + ".img"));
        assertThat(names.beginningWith(folder, "scan99.")).isEmpty();
        assertThat(listed).containsExactly(folder);
        Files.writeString(folder.resolve("scan7.mat"), "");
        assertThat(names.beginningWith(folder, "scan7.")).as("what was added meanwhile").hasSize(3);
        // changed just now: it may change again in the same tick of the disk's clock
        assertThat(names.beginningWith(folder, "scan7.")).hasSize(3);
        assertThat(listed).hasSize(3);
    }

    @Test
    void onlyTheLastFoldersAreKept() throws IOException {
        List<Path> listed = new ArrayList<>();
        FolderNames names = new FolderNames(of -> {
            listed.add(of);
            return Files.list(of);
        });
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5; i++) {
                Path one = Files.createDirectories(folder.resolve("f" + i));
                Files.setLastModifiedTime(one, LONG_AGO);
                assertThat(names.beginningWith(one, "")).isEmpty();
            }
        }
        assertThat(listed).as("the first was forgotten when it was asked for again").hasSize(10);
    }

    @Test
    void aHeaderStandsForTheFilesBesideItAndForNoOthers() throws IOException {
        Path header = pair("a");
        InputFacts before = InputFacts.of(header);
        assertThat(before.bytes()).isEqualTo("header".length() + "values of a".length());
        pair("ab");
        Files.setLastModifiedTime(folder, LONG_AGO);
        assertThat(before.isStill(header)).isTrue();
        assertThat(InputFacts.of(header)).isEqualTo(before);
        Files.writeString(folder.resolve("a.img"), "VALUES OF A");
        Files.setLastModifiedTime(folder.resolve("a.img"), LONG_AGO);
        Files.setLastModifiedTime(header, LONG_AGO);
        assertThat(before.isStill(header)).as("other bytes").isFalse();
        Files.delete(folder.resolve("a.img"));
        assertThat(InputFacts.of(header).bytes()).isEqualTo("header".length());
    }
}
