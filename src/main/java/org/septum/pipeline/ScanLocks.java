package org.septum.pipeline;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.septum.core.SeptumException;

/**
 * Locks by which the runs on one output folder share its scans: whoever holds that of a scan may write its masks. The
 * system gives them back when a process ends, however it ends.
 * <p>
 * <b>Why</b> ranges of one file, and not a file for each scan? A range leaves nothing behind when its process is
 * killed, and needs no file to be removed while another is about to lock it. A scan's range is the byte whose number is
 * a hash of its name; that two scans have one is unlikely, and then one waits for the other.
 * <p>
 * <b>Why</b> one channel for all runs of a process? Systems of the POSIX kind drop all locks of a process on a file as
 * soon as it closes any channel to it.
 */
final class ScanLocks implements AutoCloseable {

    /** Locks a byte of the file, or gives null if another process holds it. */
    @FunctionalInterface
    interface Locking {

        /** As {@link FileChannel#tryLock(long, long, boolean)} of one byte. */
        FileLock tryLock(FileChannel channel, long position) throws IOException;
    }

    private static final Locking SYSTEM = (channel, position) -> channel.tryLock(position, 1, false);

    private static final long WAIT_MILLIS = 50;

    /** The byte that is locked while the tables of all scans are written. */
    private static final long TABLES = 0;

    /** The byte that is locked to see whether locks work. */
    private static final long TRIAL = 1;

    /** The byte that is locked while a run says what it is about. */
    private static final long CLAIM = 2;

    private static final long FIRST = 16;

    /** Beyond the bytes of the scans: one for each kind of run. */
    private static final long KINDS = (1L << 62) + 1024;

    private static final long MOST_KINDS = 1L << 61;

    private static final Map<Path, Shared> OPEN = new HashMap<>();

    /** A channel and how many use it. */
    private static final class Shared {

        private final FileChannel channel;

        private int users;

        /** What the runs of this process are about; 0 if none has said. */
        private long kind;

        Shared(FileChannel channel) {
            this.channel = channel;
        }
    }

    private final Path file;

    private final Shared shared;

    private final Locking locking;

    private boolean closed;

    private ScanLocks(Path file, Shared shared, Locking locking) {
        this.file = file;
        this.shared = shared;
        this.locking = locking;
    }

    /**
     * The locks of an output folder.
     *
     * @throws SeptumException
     *             of kind OUTPUT if the file for them cannot be made
     */
    static ScanLocks open(Path output) {
        return open(output, SYSTEM);
    }

    /** The same with another way to lock, for disks that cannot. */
    static ScanLocks open(Path output, Locking locking) {
        Path named = new BatchFolder(output).locks();
        synchronized (OPEN) {
            try {
                Files.createDirectories(named.getParent());
                Path file = named.getParent().toRealPath().resolve(named.getFileName());
                Shared shared = OPEN.get(file);
                if (shared == null) {
                    shared = new Shared(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
                    OPEN.put(file, shared);
                }
                shared.users++;
                return new ScanLocks(file, shared, locking);
            } catch (IOException e) {
                throw SeptumException.output("cannot write " + named + ": " + e.getMessage()
                        + "; check the free space and the permissions of its folder", e);
            }
        }
    }

    /** Why the disk has no locks; empty if it has. */
    Optional<String> whyNone() {
        try {
            FileLock trial = locking.tryLock(shared.channel, TRIAL);
            if (trial != null)
                trial.release();
            return Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    /** The lock of a scan; empty if somebody else holds it. */
    Optional<FileLock> tryLock(String scan) {
        return tryLock((Sha256.number(scan) & Long.MAX_VALUE >> 1) + FIRST);
    }

    private Optional<FileLock> tryLock(long position) {
        try {
            return Optional.ofNullable(locking.tryLock(shared.channel, position));
        } catch (OverlappingFileLockException e) {
            // another run of this process
            return Optional.empty();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private SeptumException lost(IOException e) {
        return SeptumException.output("cannot lock " + file + ": " + e.getMessage()
                + "; is the disk of the output folder still there? --resume goes on", e);
    }

    /**
     * Says what this run is about, until its process has closed all locks of the folder.
     *
     * @param model
     *            and options: what all runs at a time must have in common
     *
     * @return false if a run with another model or other options is at work
     */
    boolean claim(String model) throws InterruptedException {
        boolean[] free = { false };
        alone(CLAIM, () -> free[0] = claim(KINDS + (Sha256.number(model) & MOST_KINDS - 1)));
        return free[0];
    }

    private boolean claim(long kind) {
        synchronized (OPEN) {
            if (shared.kind != 0)
                return shared.kind == kind;
            try {
                // others of this kind have it as well; those of another kind have a byte below or above
                FileLock own = shared.channel.tryLock(kind, 1, true);
                if (own == null)
                    return false;
                if (isFree(KINDS, kind) && isFree(kind + 1, KINDS + MOST_KINDS)) {
                    shared.kind = kind;
                    return true;
                }
                own.release();
                return false;
            } catch (IOException e) {
                throw lost(e);
            }
        }
    }

    private boolean isFree(long from, long to) throws IOException {
        if (from == to)
            return true;
        FileLock trial = shared.channel.tryLock(from, to - from, false);
        if (trial != null)
            trial.release();
        return trial != null;
    }

    /** Does something that one run at a time may do; waits for its turn. */
    void alone(Runnable work) throws InterruptedException {
        alone(TABLES, work);
    }

    private void alone(long position, Runnable work) throws InterruptedException {
        Optional<FileLock> lock = tryLock(position);
        while (lock.isEmpty()) {
            Thread.sleep(WAIT_MILLIS);
            lock = tryLock(position);
        }
        try {
            work.run();
        } finally {
            release(lock.get());
        }
    }

    /** Gives a lock back. */
    static void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            // it goes with the process
        }
    }

    /** Gives back what is locked through this. */
    @Override
    public void close() {
        synchronized (OPEN) {
            if (closed)
                return;
            closed = true;
            if (--shared.users > 0)
                return;
            OPEN.remove(file);
            try {
                shared.channel.close();
            } catch (IOException e) {
                // it goes with the process
            }
        }
    }
}
