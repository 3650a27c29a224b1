package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {

    private static final int SIZE = (1 << 19) + 77;

    @TempDir
    private Path folder;

    /** The same contract in memory and in a file. */
    @ParameterizedTest
    @ValueSource(longs = { 0, Long.MAX_VALUE })
    void whatIsWrittenIsReadAndTheRestIsZero(long memory) {
        try (Workspace space = Workspace.of(memory, folder)) {
            ByteStore store = space.store(SIZE);
            assertThat(store).isInstanceOf(memory == 0 ? FileBytes.class : HeapBytes.class);
            byte[] expected = new byte[SIZE];
            Random random = new Random(4);
            // across the border of two chunks, and far from each other
            for (int at : new int[] { (1 << 18) - 5, 3, (1 << 18) + 400, 1000 }) {
                byte[] some = new byte[30];
                random.nextBytes(some);
                store.write(at, some, 7, 20);
                System.arraycopy(some, 7, expected, at, 20);
            }
            byte[] got = new byte[SIZE + 2];
            store.read(0, got, 1, SIZE);
            assertThat(java.util.Arrays.copyOfRange(got, 1, SIZE + 1)).isEqualTo(expected);
            assertThat(store.size()).isEqualTo(SIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, Long.MAX_VALUE })
    void addressesOutsideAreRefused(long memory) {
        try (Workspace space = Workspace.of(memory, folder)) {
            ByteStore store = space.store(10);
            assertThatThrownBy(() -> store.write(5, new byte[6], 0, 6)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.read(-1, new byte[6], 0, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, Long.MAX_VALUE })
    void addressesAreLong(long memory) {
        long size = (1L << 33) + 8;
        try (Workspace space = Workspace.of(memory, folder)) {
            ByteStore store = space.store(size);
            store.write(size - 2, new byte[] { 1, 2 }, 0, 2);
            byte[] got = new byte[3];
            store.read(size - 3, got, 0, 3);
            assertThat(got).containsExactly(0, 1, 2);
        }
    }

    @Test
    void memoryIsTakenUpToTheLimitAndGivenBack() {
        try (Workspace space = Workspace.of(100, folder)) {
            ByteStore first = space.store(60);
            assertThat(first).isInstanceOf(HeapBytes.class);
            assertThat(space.store(60)).isInstanceOf(FileBytes.class);
            first.close();
            first.close();
            assertThat(space.store(90)).isInstanceOf(HeapBytes.class);
            assertThat(space.store(20)).isInstanceOf(FileBytes.class);
        }
    }

    @Test
    void noFileIsLeftOnceItIsClosed() throws IOException {
        try (Workspace space = Workspace.of(0, folder.resolve("new"))) {
            space.store(10).write(0, new byte[10], 0, 10);
        }
        try (Stream<Path> files = Files.list(folder.resolve("new"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFolderThatCannotHoldAFileIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (Workspace space = Workspace.of(0, file)) {
            assertThatThrownBy(() -> space.store(10)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining("free space");
        }
    }
}
