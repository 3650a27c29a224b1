package org.septum.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.septum.core.CsvField;
import org.septum.core.WholeFile;

/**
 * The tables and pages of all scans of a batch that are through, in the order of the list, or, if their masks were
 * judged, with those in front that a person should look at first: {@code summary.csv}, {@code index.html} and, with
 * times, {@code .septum/scans.jsonl}. The first two hold nothing that differs between a run and the same in several
 * pieces.
 */
final class BatchSummary {

    private final BatchList list;

    private final RunRecords records;

    private final BatchFolder folder;

    private long done;

    private long failed;

    private long open;

    private boolean judged;

    BatchSummary(BatchList list, RunRecords records, BatchFolder folder) {
        this.list = list;
        this.records = records;
        this.folder = folder;
    }

    /**
     * How many scans of the list are done, have failed, and have not come to an end.
     */
    record Counts(long done, long failed, long open) {
    }

    /** True if every scan of a list has come to an end, whoever segmented it. */
    static boolean isThrough(BatchList list, RunRecords records) {
        records.refresh();
        try (BatchListReader scans = list.open()) {
            while (scans.hasNext()) {
                RunRecords.State state = records.stateOfAll(scans.next().scan());
                if (state != RunRecords.State.DONE && state != RunRecords.State.FAILED)
                    return false;
            }
        }
        return true;
    }

    /** Does something with what becomes of a scan. */
    private interface Row {

        void add(ScanRecord record) throws IOException;
    }

    /**
     * Writes all of them.
     *
     * @throws org.septum.core.SeptumException
     *             of kind OUTPUT if one cannot be written
     */
    Counts write() {
        records.refresh();
        Set<String> columns = new LinkedHashSet<>();
        WholeFile.write(folder.records(), true, aside -> {
            try (BufferedWriter out = Files.newBufferedWriter(aside)) {
                each(record -> {
                    columns.addAll(measured(record).keySet());
                    judged |= record.quality().judged();
                    out.write(record.json());
                    out.write('\n');
                });
            }
        });
        WholeFile.write(folder.summary(), true, aside -> {
            try (BufferedWriter out = Files.newBufferedWriter(aside)) {
                out.write(header(columns));
                inOrder(record -> out.write(line(record, columns)));
            }
        });
        BatchPages pages = new BatchPages(folder, done, failed);
        inOrder(pages::add);
        pages.finish();
        return new Counts(done, failed, open);
    }

    /** The scans of the list that are through, and those that are not are counted. */
    private void each(Row row) {
        done = 0;
        failed = 0;
        open = 0;
        try (BatchListReader scans = list.open()) {
            while (scans.hasNext()) {
                String scan = scans.next().scan();
                RunRecords.State state = records.stateOfAll(scan);
                if (state == RunRecords.State.DONE)
                    done++;
                else if (state == RunRecords.State.FAILED)
                    failed++;
                else
                    open++;
                if (state == RunRecords.State.DONE || state == RunRecords.State.FAILED)
                    add(scan, row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The worst first, or in the order of the list if no mask was judged. */
    private void inOrder(Row row) {
        if (!judged) {
            each(row);
            return;
        }
        WorstFirst order = new WorstFirst();
        each(order::add);
        try {
            for (WorstFirst.Place place : order.places()) {
                Optional<ScanRecord> record = records.last(place.scan(), place.part());
                if (record.isPresent())
                    row.add(record.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String scan, Row row) throws IOException {
        int parts = 1;
        for (int part = 1; part <= parts; part++) {
            Optional<ScanRecord> record = records.last(scan, part);
            if (record.isPresent()) {
                row.add(record.get());
                parts = record.get().parts();
            }
        }
    }

    private static String header(Set<String> columns) {
        List<String> names = new ArrayList<>(List.of("scan", "status", "mask"));
        names.addAll(columns);
        names.addAll(List.of("problem", "input sha256", "mask sha256", "model sha256", "options sha256"));
        return row(names);
    }

    private static String line(ScanRecord record, Set<String> columns) {
        Optional<ScanRecord.WrittenFile> mask = record.files().stream().findFirst();
        List<String> fields = new ArrayList<>(
                List.of(record.scan(), record.status().word(), mask.map(ScanRecord.WrittenFile::file).orElse("")));
        Map<String, String> measured = measured(record);
        for (String column : columns)
            fields.add(measured.getOrDefault(column, ""));
        fields.addAll(List.of(record.problem(), record.input().sha256(),
                mask.map(ScanRecord.WrittenFile::sha256).orElse(""), record.model(), record.options()));
        return row(fields);
    }

    private static String row(List<String> fields) {
        List<String> quoted = new ArrayList<>();
        for (String field : fields)
            quoted.add(CsvField.quoted(field));
        return String.join(",", quoted) + "\n";
    }

    /** What was measured of a scan, by column. */
    private static Map<String, String> measured(ScanRecord record) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (record.quality().judged()) {
            fields.put("look at it", record.quality().look() ? "yes" : "no");
            fields.put("predicted Dice", Double.isNaN(record.quality().predictedDice()) ? ""
                    : String.format(Locale.ROOT, "%.4f", record.quality().predictedDice()));
            fields.put("why", String.join("; ", record.quality().reasons()));
        }
        for (ClassVolume volume : record.volumes()) {
            String name = volume.label().name();
            fields.put(name + " voxels", Long.toString(volume.voxels()));
            fields.put(name + " ml",
                    Double.isNaN(volume.millilitres()) ? "" : String.format(Locale.ROOT, "%.4f", volume.millilitres()));
            for (ClassVolume.Measured m : volume.measured())
                fields.put(name + " " + m.kind() + " " + m.unit(),
                        m.value() == null ? "" : String.format(Locale.ROOT, "%.4f", m.value()));
        }
        return fields;
    }
}
