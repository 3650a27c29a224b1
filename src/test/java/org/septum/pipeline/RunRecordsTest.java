package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class RunRecordsTest {

    @TempDir
    private Path output;

    private static ScanRecord record(ScanRecord.Status status, String scan) {
        return new ScanRecord(status, 1, 1, scan, scan, 0, InputFacts.NONE, "", "", List.of(), List.of(), List.of(), "",
                "", 0, MaskQuality.NONE);
    }

    /** Whichever file the folder names first. */
    @RepeatedTest(5)
    void whatAKilledProcessHadBegunDoesNotHideWhatAnotherHasDoneSince() {
        RunRecords watching = RunRecords.open(output);
        RunRecords killed = RunRecords.open(output);
        RunRecords successor = RunRecords.open(output);
        killed.append(record(ScanRecord.Status.BEGUN, "a"));
        successor.refresh();
        successor.append(record(ScanRecord.Status.BEGUN, "a"));
        successor.append(record(ScanRecord.Status.DONE, "a"));
        successor.append(record(ScanRecord.Status.BEGUN, "b"));
        killed.refresh();
        killed.append(record(ScanRecord.Status.BEGUN, "b"));
        killed.append(record(ScanRecord.Status.FAILED, "b"));
        watching.refresh();
        assertThat(watching.state("a", 1)).isEqualTo(RunRecords.State.DONE);
        assertThat(watching.state("b", 1)).isEqualTo(RunRecords.State.FAILED);
    }
}
