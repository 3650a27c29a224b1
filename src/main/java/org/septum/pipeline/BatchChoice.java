package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Decides which scans of a batch are still to be segmented.
 *
 * @param request
 *            the batch
 * @param model
 *            SHA-256 that stands for the model
 * @param options
 *            SHA-256 of the options
 * @param records
 *            what became of scans so far
 */
record BatchChoice(SegmentFolders.Request request, String model, String options, RunRecords records) {

    /** True if a scan is to be segmented in this run. */
    boolean isWanted(BatchScan scan) {
        return switch (request.again()) {
            case NEW -> true;
            case RESUME -> !isDone(scan);
            case RETRY_FAILED -> {
                RunRecords.State state = records.stateOfAll(scan.scan());
                yield state == RunRecords.State.FAILED || state == RunRecords.State.BEGUN;
            }
        };
    }

    /** True if another run, or this one, has come to an end with a scan since this run began. */
    boolean isSettled(BatchScan scan) {
        if (!records.isNew(scan.scan(), 1))
            return false;
        RunRecords.State state = records.stateOfAll(scan.scan());
        return state == RunRecords.State.DONE || state == RunRecords.State.FAILED;
    }

    /** True if all masks of a scan were made with this model and these options from what lies there now. */
    private boolean isDone(BatchScan scan) {
        int parts = 1;
        for (int part = 1; part <= parts; part++) {
            if (records.state(scan.scan(), part) != RunRecords.State.DONE)
                return false;
            Optional<ScanRecord> record = records.last(scan.scan(), part);
            if (record.isEmpty() || !isOfThis(record.get(), scan))
                return false;
            if (part == 1 && !record.get().input().isStill(scan.path()))
                return false;
            parts = record.get().parts();
        }
        return true;
    }

    private boolean isOfThis(ScanRecord record, BatchScan scan) {
        boolean sameName = record.parts() == 1 ? record.name().equals(scan.name())
                : record.name().startsWith(scan.name() + "_");
        return sameName && record.model().equals(model) && record.options().equals(options)
                && record.files().stream().allMatch(this::isThere);
    }

    private boolean isThere(ScanRecord.WrittenFile file) {
        Path path = request.scans().output().resolve(file.file());
        try {
            return Files.size(path) == file.bytes();
        } catch (IOException e) {
            return false;
        }
    }
}
