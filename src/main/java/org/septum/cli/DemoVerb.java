package org.septum.cli;

import java.nio.file.Path;
import java.util.Locale;

import org.septum.pipeline.RunDemo;
import org.septum.pipeline.SegmentScans;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum demo}. */
@Command(name = "demo", description = "Segments a sample scan as NIfTI, DICOM and OME-TIFF with the model that comes "
        + "along, and writes masks, pictures and a report.", footer = { "", "Example:", "  septum demo -o DIR" })
final class DemoVerb extends Verb {

    @Option(names = { "-o",
            "--output" }, paramLabel = "DIR", defaultValue = "septum-demo", description = "Folder for what it writes. Default: ${DEFAULT-VALUE} in the working folder.")
    private Path output;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Override
    public Integer call() {
        RunDemo.Result result = RunDemo.run(new RunDemo.Request(output, device), progress());
        if (program().json) {
            printJson(result);
        } else {
            for (SegmentScans.ScanResult scan : result.scans())
                print(String.format(Locale.ROOT, "%-14s %s", scan.name(), SegmentScans.describe(scan.volumes())));
            print(result.masksAreEqual() ? "the masks of all formats are equal" : "THE MASKS DIFFER");
            print("report:  " + result.report().toAbsolutePath());
            print(String.format(Locale.ROOT, "%.1f s", result.seconds()));
        }
        return result.masksAreEqual() ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
