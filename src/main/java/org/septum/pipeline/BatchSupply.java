package org.septum.pipeline;

import java.nio.channels.FileLock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

import org.septum.core.SeptumException;

/**
 * Where a run gets the scans of a batch from: those of its shard that are wanted, as long as no other run has them in
 * hand. A scan is locked when it is taken; what others have in hand is looked at again at the end.
 */
final class BatchSupply {

    private static final long LOOK_AGAIN_MILLIS = 200;

    private final BatchChoice choice;

    private final RunRecords records;

    private final Iterator<BatchScan> list;

    private final Optional<ScanLocks> locks;

    private final BatchProgress progress;

    private final Deque<BatchScan> elsewhere = new ArrayDeque<>();

    private boolean saidThatItWaits;

    BatchSupply(BatchChoice choice, Iterator<BatchScan> list, Optional<ScanLocks> locks, BatchProgress progress) {
        this.choice = choice;
        this.records = choice.records();
        this.list = list;
        this.locks = locks;
        this.progress = progress;
    }

    /** The next scan, locked; waits for those of others at the end. Empty if there is none left. */
    Optional<HeldScan> take() {
        while (list.hasNext()) {
            BatchScan scan = list.next();
            if (!choice.request().shard().holds(scan.scan()))
                continue;
            progress.throwIfCancelled();
            if (choice.isSettled(scan)) {
                settledElsewhere(scan);
            } else if (choice.isWanted(scan)) {
                Optional<HeldScan> held = tryTake(scan);
                if (held.isPresent())
                    return held;
            } else {
                progress.skipped();
            }
        }
        return takeOfOthers();
    }

    /** Waits for scans that others have in hand: until they are through, or given back. */
    private Optional<HeldScan> takeOfOthers() {
        while (!elsewhere.isEmpty()) {
            for (int n = elsewhere.size(); n > 0; n--) {
                Optional<HeldScan> held = tryTake(elsewhere.poll());
                if (held.isPresent())
                    return held;
            }
            if (!elsewhere.isEmpty())
                pause();
        }
        return Optional.empty();
    }

    private void pause() {
        progress.throwIfCancelled();
        if (!saidThatItWaits)
            progress.message("waiting for " + elsewhere.size() + " scans that other runs have in hand");
        saidThatItWaits = true;
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped while waiting for other runs", e);
        }
    }

    private Optional<HeldScan> tryTake(BatchScan scan) {
        Optional<FileLock> lock = locks.flatMap(l -> l.tryLock(scan.scan()));
        if (locks.isPresent() && lock.isEmpty()) {
            elsewhere.add(scan);
            return Optional.empty();
        }
        HeldScan held = new HeldScan(scan, lock);
        boolean taken = false;
        try {
            // only now is it sure that nobody adds to the records of this scan
            records.refresh();
            taken = !choice.isSettled(scan);
        } finally {
            if (!taken)
                held.release();
        }
        if (!taken)
            settledElsewhere(scan);
        return taken ? Optional.of(held) : Optional.empty();
    }

    private void settledElsewhere(BatchScan scan) {
        boolean well = records.stateOfAll(scan.scan()) == RunRecords.State.DONE;
        progress.settled(well ? "" : scan.path() + ": failed in another run");
    }
}
