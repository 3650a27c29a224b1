package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentOutputs;
import org.septum.pipeline.SegmentPass;
import org.septum.pipeline.SegmentScans;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Scans: NIfTI, OME-TIFF, NRRD, MetaImage, TIFF, PNG, JPEG files, DICOM folders or zips, or folders to search.")
    private List<Path> inputs;

    @Option(names = { "-m", "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Option(names = { "-o", "--output" }, required = true, paramLabel = "DIR", description = "Folder for the masks.")
    private Path output;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--precision", paramLabel = "P", defaultValue = "fp32", description = "fp32, or int8 for a model that septum compress made, faster on a CPU. Default: ${DEFAULT-VALUE}.")
    private String precision;

    @Option(names = "--format", paramLabel = "F", defaultValue = "nifti", description = "Format of the masks; may be given several times: nifti, ome-tiff, dicom-seg, roi-zip. Default: ${DEFAULT-VALUE}.")
    private List<String> formats;

    @Option(names = "--overlay", description = "Write a PNG with slices of each scan and the mask on them.")
    private boolean overlay;

    @Option(names = "--slices", description = "Write a PNG of each slice that holds mask, into NAME_slices.")
    private boolean slices;

    @Option(names = "--probabilities", description = "Write the probability of every class, into NAME_probabilities.nii.gz with the classes along the fourth axis.")
    private boolean probabilities;

    @Option(names = "--overlap", paramLabel = "X", defaultValue = "0.5", description = "Share of a tile that the next one covers again, 0 to below 1. Default: ${DEFAULT-VALUE}.")
    private double overlap;

    @Option(names = "--tta", description = "Test-time augmentation: the mean over mirror images of each tile, along the axes that the training mirrored. 2 to 8 times slower.")
    private boolean tta;

    @Option(names = "--engine", paramLabel = "E", defaultValue = "onnx", description = "What runs the network: onnx (ONNX Runtime) or pytorch. Default: ${DEFAULT-VALUE}.")
    private String engine;

    @Option(names = "--memory", paramLabel = "SIZE", converter = MemorySize.class, defaultValue = "0m", description = "Memory that the whole program keeps to on the CPU, such as 2g or 1500m; what does not fit lies in temporary files in the output folder. Default: 60 %% of the machine.")
    private long memory;

    @Mixin
    private ChoiceOptions choice;

    @Option(names = "--no-postprocessing", description = "Leave masks as the network gives them, with islands. Else of classes that the model's plan names only the largest connected part is kept.")
    private boolean noPostProcessing;

    @Option(names = "--no-crop", description = "Run every tile. Else tiles that show air only, by a rule that the model's plan learnt from its training scans, are background without a run.")
    private boolean noCrop;

    @Option(names = "--overwrite", description = "Replace files in the output folder.")
    private boolean overwrite;

    @Mixin
    private BatchChoices batch;

    @Override
    public Integer call() {
        SegmentPass pass = new SegmentPass(device, overlap, memory, SegmentPass.Runner.named(engine), precision, tta,
                !noPostProcessing, !noCrop);
        SegmentOutputs outputs = new SegmentOutputs(formats, overlay, slices, probabilities, overwrite);
        SegmentScans.Request scans = SegmentScans.Request.of(inputs, model, output).withPass(pass).withOutputs(outputs)
                .withChoice(choice.options(), choice.everyPhase());
        if (batch.isWanted() || inputs.stream().anyMatch(SegmentFolders::isFolderOfScans))
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
                    + ConsoleProgress.time(scan.seconds()) + ")");
        else
            print("FAILED: " + scan.failure());
    }
}
