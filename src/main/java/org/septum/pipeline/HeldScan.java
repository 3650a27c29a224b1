package org.septum.pipeline;

import java.nio.channels.FileLock;
import java.util.Optional;

/** A scan of a batch that this run has in hand, locked. */
final class HeldScan {

    final BatchScan scan;

    private final Optional<FileLock> lock;

    InputFacts input = InputFacts.NONE;

    /** How many of its masks are not through. */
    int left;

    double seconds;

    /** Why a mask of it failed; empty if none did. */
    String problem = "";

    /** True if somebody else makes one of its masks. */
    boolean isLeft;

    HeldScan(BatchScan scan, Optional<FileLock> lock) {
        this.scan = scan;
        this.lock = lock;
    }

    void release() {
        lock.ifPresent(ScanLocks::release);
    }
}
