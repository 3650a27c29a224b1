package org.septum.cli;

import java.time.Duration;

import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentScans;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code septum segment}. */
@Command(name = "segment", description = { "Segments scans with a model and writes their masks.",
        "A scan that fails is reported and does not stop the others.",
        "Folders are searched; the masks lie in a tree like theirs, with summary.csv and index.html." }, footer = { "",
                "Examples:", "  septum segment scan.nii.gz -m MODEL -o masks",
                "  septum segment dicom_folder -m MODEL -o masks --format dicom-seg --overlay",
                "  septum segment scans/ -m MODEL.zip -o masks --device cpu",
                "  septum segment scans/ -m MODEL -o masks --resume          goes on after a stop; several share the work",
                "  septum segment scans/ -m MODEL -o masks --shard 2/8       the second of eight parts",
                "  septum segment scans/ -m MODEL -o masks --retry-failed    what failed, once more",
                "  septum segment scans/ -m MODEL -o masks --merge           table and pages of all parts", "",
                "Exit code: 0 all well, 1 a scan failed or the run could not go on, 2 wrong usage,",
                "           3 folders: stopped (Ctrl-C, SIGTERM) before the end, --resume goes on." })
final class SegmentVerb extends Verb {

    /** Slurm and others kill a process half a minute after they asked it to end. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    @Mixin
    private SegmentChoices choices;

    @Mixin
    private BatchChoices batch;

    @Override
    public Integer call() {
        SegmentScans.Request scans = choices.request();
        if (batch.isWanted() || scans.inputs().stream().anyMatch(SegmentFolders::isFolderOfScans))
            return segmentFolders(scans);
        SegmentScans.Result result = SegmentScans.run(scans, progress());
        if (program().json)
            printJson(result);
        else
            result.scans().forEach(this::print);
        return result.failed() == 0 ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private int segmentFolders(SegmentScans.Request scans) {
        progress().endWithin(GRACE, SeptumCli.STOPPED);
        try {
            SegmentFolders.Result result = batch.merge() ? SegmentFolders.merge(batch.request(scans), progress())
                    : SegmentFolders.run(batch.request(scans), progress());
            long open = result.scans() - result.done() - result.before() - result.failed();
            if (program().json)
                printJson(result);
            else
                print(result, open);
            return result.failed() + open == 0 ? SeptumCli.WELL : SeptumCli.FAILED;
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.CANCELLED)
                throw e;
            program().failure(e);
            return SeptumCli.STOPPED;
        }
    }

    private void print(SegmentFolders.Result result, long open) {
        result.failures().forEach(failure -> print("FAILED: " + failure));
        String done = batch.merge() ? result.before() + " done"
                : result.done() + " done in this run, " + result.before() + " before";
        print(result.scans() + " scans: " + done + ", " + result.failed() + " failed"
                + (open > 0 ? ", " + open + " not segmented yet" : ""));
        result.tables().forEach(file -> print(file.toString()));
    }

    private void print(SegmentScans.ScanResult scan) {
        if (scan.isWell())
            print(scan.files().get(0) + ": " + SegmentScans.describe(scan.volumes()) + " ("
                    + ConsoleProgress.time(scan.seconds()) + ")"
                    + (scan.quality().words().isEmpty() ? "" : "; " + scan.quality().words()));
        else
            print("FAILED: " + scan.failure());
    }
}
