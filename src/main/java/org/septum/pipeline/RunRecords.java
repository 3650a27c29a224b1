package org.septum.pipeline;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.septum.core.SeptumException;

/**
 * The records of all runs on one output folder. Each process appends to a file of its own, so lines of two never mix; a
 * last line that was torn when a process was killed has no end and does not count. The last record of a scan is the one
 * that holds. In memory is only where it stands.
 * <p>
 * <b>Why</b> is the own file opened for every line? On a network disk others see what was written once it is closed.
 */
final class RunRecords {

    /** What is known of a scan without reading its record; the numbers stand in the table. */
    enum State {
        /** There is no record. */
        UNKNOWN,
        /** See {@link ScanRecord.Status}. */
        BEGUN, DONE, FAILED
    }

    private static final int STATUS_SHIFT = 60;
    private static final long NEW = 1L << 59;
    private static final long PARTS = 1L << 58;
    private static final int FILE_SHIFT = 41;
    private static final int MOST_FILES = 1 << 17;
    private static final long OFFSET = (1L << FILE_SHIFT) - 1;

    private final Path folder;

    private final Path own;

    private final PlaceTable places = new PlaceTable();

    private final List<Path> files = new ArrayList<>();

    private final Map<Path, Integer> numbers = new HashMap<>();

    /** How many bytes of each file were read. */
    private final List<Long> read = new ArrayList<>();

    /** True while what was there before this run is read. */
    private boolean first = true;

    private Path readerOf;

    private RandomAccessFile reader;

    /** Names of the files of earlier runs; all that are there at first if not known. */
    private final Optional<Set<String>> earlier;

    private RunRecords(Path folder, Optional<Set<String>> earlier) {
        this.earlier = earlier;
        this.folder = folder;
        this.own = folder.resolve(host() + "-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis() + "-"
                + Long.toString(System.nanoTime() & Long.MAX_VALUE, 36) + ".jsonl");
    }

    /**
     * Reads what there is.
     *
     * @throws SeptumException
     *             of kind OUTPUT if it cannot be read
     */
    static RunRecords open(Path output) {
        return open(output, Optional.empty());
    }

    /**
     * Reads what there is, in a process that takes part in a run that another has begun.
     *
     * @param earlier
     *            {@link #files} when the run began
     */
    static RunRecords open(Path output, Set<String> earlier) {
        return open(output, Optional.of(earlier));
    }

    private static RunRecords open(Path output, Optional<Set<String>> earlier) {
        RunRecords records = new RunRecords(new BatchFolder(output).runs(), earlier);
        try {
            Files.createDirectories(records.folder);
        } catch (IOException e) {
            throw records.failed("write in", e);
        }
        records.refresh();
        records.first = false;
        return records;
    }

    /** Names of all files of records that were read. */
    synchronized Set<String> files() {
        return files.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.]", "_");
        } catch (UnknownHostException e) {
            return "host";
        }
    }

    /** What is known of a mask of a scan. */
    synchronized State state(String scan, int part) {
        long place = places.get(key(scan, part));
        return place == PlaceTable.NONE ? State.UNKNOWN : State.values()[(int) (place >>> STATUS_SHIFT)];
    }

    /** True if the record of a scan was made since this run began, by it or another. */
    synchronized boolean isNew(String scan, int part) {
        long place = places.get(key(scan, part));
        return place != PlaceTable.NONE && (place & NEW) != 0;
    }

    /** The state of all masks of a scan together: done if all are, failed if all are one of both and one failed. */
    State stateOfAll(String scan) {
        State state = state(scan, 1);
        int parts = hasParts(scan) ? last(scan, 1).map(ScanRecord::parts).orElse(1) : 1;
        for (int part = 2; part <= parts; part++) {
            State other = state(scan, part);
            if (other != State.DONE && other != State.FAILED)
                return State.BEGUN;
            if (state == State.DONE)
                state = other;
        }
        return state;
    }

    private synchronized boolean hasParts(String scan) {
        long place = places.get(key(scan, 1));
        return place != PlaceTable.NONE && (place & PARTS) != 0;
    }

    /** The last record of a mask of a scan; empty if there is none, or it is damaged. */
    synchronized Optional<ScanRecord> last(String scan, int part) {
        return line(scan, part).flatMap(ScanRecord::parse).filter(r -> r.scan().equals(scan) && r.part() == part);
    }

    /** The last record of a mask of a scan as it stands in its file. */
    synchronized Optional<String> line(String scan, int part) {
        long place = places.get(key(scan, part));
        if (place == PlaceTable.NONE)
            return Optional.empty();
        Path file = files.get((int) (place >>> FILE_SHIFT & MOST_FILES - 1));
        try {
            return Optional.of(lineAt(file, place & OFFSET));
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private String lineAt(Path file, long offset) throws IOException {
        if (!file.equals(readerOf)) {
            closeReader();
            reader = new RandomAccessFile(file.toFile(), "r");
            readerOf = file;
        }
        byte[] buffer = new byte[4096];
        int n = 0;
        reader.seek(offset);
        while (true) {
            int got = reader.read(buffer, n, buffer.length - n);
            for (int i = n; i < n + Math.max(0, got); i++)
                if (buffer[i] == '\n')
                    return new String(buffer, 0, i, StandardCharsets.UTF_8);
            if (got < 0)
                return new String(buffer, 0, n, StandardCharsets.UTF_8);
            n += got;
            if (n == buffer.length)
                buffer = Arrays.copyOf(buffer, 2 * n);
        }
    }

    private void closeReader() throws IOException {
        if (reader != null)
            reader.close();
        reader = null;
        readerOf = null;
    }

    /** Frees the file that was read last. */
    synchronized void close() {
        try {
            closeReader();
        } catch (IOException e) {
            // it was only read
        }
    }

    private static long key(String scan, int part) {
        return Sha256.number(scan + "\0" + part);
    }

    /**
     * Adds a record to the file of this process.
     *
     * @throws SeptumException
     *             of kind OUTPUT if it cannot be written, or the folder has gone
     */
    synchronized void append(ScanRecord record) {
        byte[] line = (record.json() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Integer known = numbers.get(own);
            if (known == null)
                Files.createFile(own);
            int number = known == null ? number(own) : known;
            long offset = read.get(number);
            // without CREATE: where the disk was taken away, its empty place must not be filled
            Files.write(own, line, StandardOpenOption.APPEND);
            read.set(number, offset + line.length);
            places.put(key(record.scan(), record.part()), place(record.status(), record.parts(), number, offset) | NEW);
        } catch (IOException e) {
            throw failed("write in", e);
        }
    }

    private int number(Path file) {
        return numbers.computeIfAbsent(file, f -> {
            if (files.size() == MOST_FILES - 1)
                throw SeptumException.output(folder + " holds the records of " + MOST_FILES + " runs; join them first",
                        null);
            files.add(f);
            read.add(0L);
            return files.size() - 1;
        });
    }

    private static long place(ScanRecord.Status status, int parts, int file, long offset) {
        return (long) (status.ordinal() + 1) << STATUS_SHIFT | (parts > 1 ? PARTS : 0) | (long) file << FILE_SHIFT
                | offset;
    }

    /** Reads what other processes have added. */
    synchronized void refresh() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jsonl")) {
            all.forEach(found::add);
            if (first)
                found.sort(Comparator.comparingLong(RunRecords::started).thenComparing(Path::toString));
            for (Path file : found)
                if (!file.equals(own))
                    readOn(file, number(file));
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** When a run began, by the name of its file. */
    private static long started(Path file) {
        String[] words = file.getFileName().toString().split("-");
        try {
            return Long.parseLong(words[words.length - 2]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return 0;
        }
    }

    private void readOn(Path file, int number) throws IOException {
        long from = read.get(number);
        if (Files.size(file) <= from)
            return;
        boolean old = first && earlier.map(names -> names.contains(file.getFileName().toString())).orElse(true);
        try (RecordLines lines = new RecordLines(file, from)) {
            for (RecordLines.Line line = lines.next(); line != null; line = lines.next()) {
                line.head().ifPresent(head -> {
                    long key = key(head.scan(), head.part());
                    long place = place(head.status(), head.parts(), number, head.offset()) | (old ? 0 : NEW);
                    if (!isBefore(place, places.get(key)))
                        places.put(key, place);
                });
            }
            read.set(number, lines.end());
        }
    }

    /**
     * True for what a process has begun that was killed, if another has come to an end with it since: nobody begins a
     * scan that this run is through with, but files are read in any order.
     */
    private static boolean isBefore(long place, long known) {
        return known != PlaceTable.NONE && (place & known & NEW) != 0 && place >>> STATUS_SHIFT == State.BEGUN.ordinal()
                && known >>> STATUS_SHIFT > State.BEGUN.ordinal()
                && (place >>> FILE_SHIFT & MOST_FILES - 1) != (known >>> FILE_SHIFT & MOST_FILES - 1);
    }

    private SeptumException failed(String what, IOException e) {
        return SeptumException.output("cannot " + what + " " + folder + ": "
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + "; is the disk full, or was it taken away? --resume goes on", e);
    }
}
