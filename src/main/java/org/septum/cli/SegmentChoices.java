package org.septum.cli;

import java.nio.file.Path;
import java.util.List;

import org.septum.pipeline.SegmentOutputs;
import org.septum.pipeline.SegmentPass;
import org.septum.pipeline.SegmentScans;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which scans are segmented, with what and how. */
final class SegmentChoices {

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

    @Option(names = "--quality", description = "Judge each mask without a reference: the Dice that the model, if it was calibrated, has learnt to predict, and what is unlike its training cases. In tables and pages of folders the worst come first. About 3 times slower.")
    private boolean quality;

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

    SegmentScans.Request request() {
        SegmentPass pass = new SegmentPass(device, overlap, memory, SegmentPass.Runner.named(engine), precision, tta,
                !noPostProcessing, !noCrop);
        SegmentOutputs outputs = new SegmentOutputs(formats, overlay, slices, probabilities, overwrite, quality);
        return SegmentScans.Request.of(inputs, model, output).withPass(pass).withOutputs(outputs)
                .withChoice(choice.options(), choice.everyPhase());
    }
}
