package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.SeptumException;

class ScanLocksTest {

    @TempDir
    private Path folder;

    @Test
    void aScanIsHeldByOneRunAtATime() {
        try (ScanLocks one = ScanLocks.open(folder);
                ScanLocks other = ScanLocks.open(folder.resolve("../" + folder.getFileName()))) {
            Optional<FileLock> held = one.tryLock("a/x.png");
            assertThat(held).isPresent();
            assertThat(other.tryLock("a/x.png")).isEmpty();
            assertThat(one.tryLock("a/x.png")).isEmpty();
            assertThat(other.tryLock("a/y.png")).isPresent();
            assertThat(other.whyNone()).isEmpty();
            ScanLocks.release(held.get());
            assertThat(other.tryLock("a/x.png")).isPresent();
        }
    }

    @Test
    void aRunThatEndsDoesNotFreeTheScansOfAnother() {
        try (ScanLocks one = ScanLocks.open(folder)) {
            ScanLocks other = ScanLocks.open(folder);
            FileLock held = one.tryLock("a").orElseThrow();
            other.close();
            assertThat(held.isValid()).isTrue();
            assertThat(one.tryLock("a")).isEmpty();
        }
    }

    @Test
    void aDiskWithoutLocksSaysSo() {
        try (ScanLocks none = ScanLocks.open(folder, (channel, position) -> {
            throw new IOException("No locks available");
        })) {
            assertThat(none.whyNone()).contains("No locks available");
            assertThatThrownBy(() -> none.tryLock("a")).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("No locks available");
        }
    }

    @Test
    void placesAreFoundAgainAmongManyThatWereSetTwice() {
        PlaceTable table = new PlaceTable();
        for (int round = 0; round < 2; round++)
            for (int i = 0; i < 5000; i++)
                table.put(Sha256.number("scan " + i), i + 10_000L * round);
        for (int i = 0; i < 5000; i++)
            assertThat(table.get(Sha256.number("scan " + i))).isEqualTo(i + 10_000L);
        assertThat(table.get(Sha256.number("another"))).isEqualTo(PlaceTable.NONE);
    }
}
