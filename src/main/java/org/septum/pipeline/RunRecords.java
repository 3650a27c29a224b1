package org.septum.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
 * <b>Why</b> do records count the turns of their scan? A run may take over a scan from one that began after it, and
 * clocks of machines differ or go back, so neither the order of the files nor times tell which record is the last. Who
 * begins with a scan holds its lock and has read all records, so its turn is one more than theirs.
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

    private final Path folder;

    private final Path own;

    private final PlaceTable places = new PlaceTable();

    private final List<Path> files = new ArrayList<>();

    private final Map<Path, Integer> numbers = new HashMap<>();

    /** How many bytes of each file were read. */
    private final List<Long> read = new ArrayList<>();

    /** True while what was there before this run is read. */
    private boolean first = true;

    /** True if the last line of the own file may lack its end, as the disk was full. */
    private boolean torn;

    private final LinesAt lines = new LinesAt();

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
        return RecordPlace.state(places.get(key(scan, part)));
    }

    /** True if the record of a scan was made since this run began, by it or another. */
    synchronized boolean isNew(String scan, int part) {
        return RecordPlace.isNew(places.get(key(scan, part)));
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
        return RecordPlace.hasParts(places.get(key(scan, 1)));
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
        Path file = files.get(RecordPlace.file(place));
        try {
            return Optional.of(lines.at(file, RecordPlace.offset(place)));
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** Frees the file that was read last. */
    synchronized void close() {
        try {
            lines.close();
        } catch (IOException e) {
            // it was only read
        }
    }

    private static long key(String scan, int part) {
        return Sha256.number(scan + "\0" + part);
    }

    /**
     * Adds a record to the file of this process, with the turn of its scan.
     *
     * @throws SeptumException
     *             of kind OUTPUT if it cannot be written, or the folder has gone
     */
    synchronized void append(ScanRecord record) {
        long key = key(record.scan(), record.part());
        int begins = record.status() == ScanRecord.Status.BEGUN ? 1 : 0;
        int turn = Math.min(RecordPlace.turn(places.get(key)) + begins, RecordPlace.MOST_TURNS);
        byte[] line = (record.withTurn(turn).json() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Integer known = numbers.get(own);
            if (known == null)
                Files.createFile(own);
            int number = known == null ? number(own) : known;
            if (torn)
                endLine(number);
            long offset = read.get(number);
            torn = true;
            // without CREATE: where the disk was taken away, its empty place must not be filled
            Files.write(own, line, StandardOpenOption.APPEND);
            torn = false;
            read.set(number, offset + line.length);
            places.put(key, RecordPlace.of(
                    new RecordLines.Head(record.status(), record.part(), record.parts(), turn, record.scan(), offset),
                    number, true));
        } catch (IOException e) {
            throw failed("write in", e);
        }
    }

    private void endLine(int number) throws IOException {
        Files.write(own, new byte[] { '\n' }, StandardOpenOption.APPEND);
        read.set(number, Files.size(own));
    }

    private int number(Path file) {
        return numbers.computeIfAbsent(file, f -> {
            if (files.size() == RecordPlace.MOST_FILES - 1)
                throw SeptumException.output(
                        folder + " holds the records of " + RecordPlace.MOST_FILES + " runs; join them first", null);
            files.add(f);
            read.add(0L);
            return files.size() - 1;
        });
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
                line.head().ifPresent(head -> found(head, number, !old));
            }
            read.set(number, lines.end());
        }
    }

    private void found(RecordLines.Head head, int file, boolean isNew) {
        long key = key(head.scan(), head.part());
        if (head.turn() >= RecordPlace.turn(places.get(key)))
            places.put(key, RecordPlace.of(head, file, isNew));
    }

    private SeptumException failed(String what, IOException e) {
        return SeptumException.output("cannot " + what + " " + folder + ": "
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + "; is the disk full, or was it taken away? --resume goes on", e);
    }
}
