package org.septum.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.septum.pipeline.ExplainScan;
import org.septum.pipeline.VoxelBox;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum explain}. */
@Command(name = "explain", description = {
        "Shows why a model segments scans as it does and how sure it is: maps in scan space as NIfTI and PNG, and one HTML"
                + " page for each scan.",
        "Attention and heat are not proof that a mask is right. A scan that fails is reported and does not stop the others." }, footer = {
                "", "Examples:", "  septum explain scan.nii.gz -m MODEL -o why",
                "  septum explain scan.nii.gz -m MODEL -o why --map gradcam --class anterior --at bottleneck",
                "  septum explain scans/ -m MODEL -o why --map entropy --mirrors" })
final class ExplainVerb extends Verb {

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Scans: files, DICOM folders or folders to search.")
    private List<Path> inputs;

    @Option(names = { "-m", "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "DIR", description = "Folder for maps and pages.")
    private Path output;

    @Option(names = "--map", paramLabel = "MAP", defaultValue = "gradcam,entropy", split = ",", description = "What to map; several with commas: gradcam (why), attention (gates of a network that has any), entropy (where unsure), occlusion (slow reference). Default: ${DEFAULT-VALUE}.")
    private List<ExplainScan.Kind> maps;

    @Option(names = "--class", paramLabel = "NAME", defaultValue = "", description = "Class that gradcam and occlusion explain. Default: each.")
    private String className;

    @Option(names = "--at", paramLabel = "PLACE", defaultValue = "half", description = "Where gradcam looks: half (decoder at half resolution) or bottleneck. Default: ${DEFAULT-VALUE}.")
    private String at;

    @Option(names = "--mirrors", description = "Compare the masks of mirror images, along the axes that the training mirrored. 2 to 8 further segmentations.")
    private boolean mirrors;

    @Option(names = "--check", description = "Put Grad-CAM to the test: voxels shown and hidden in its order against a random order, and another map from random weights. About 140 runs of a tile for each class.")
    private boolean check;

    @Option(names = "--networks", description = "Compare the masks of the networks of an ensemble, each by itself.")
    private boolean networks;

    @Option(names = "--quality", description = "Judge each mask without a reference: the Dice that a calibrated model has learnt to predict, and what is unlike its training cases. One further segmentation.")
    private boolean quality;

    @Option(names = { "--at-voxel",
            "--region" }, paramLabel = "X,Y,Z[,X,Y,Z]", description = "Voxel, or first and last voxel of a box, counted from 0, that gradcam explains instead of whole objects.")
    private String region;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--overlap", paramLabel = "X", defaultValue = "0.5", description = "Share of a tile that the next one covers again, 0 to below 1. Default: ${DEFAULT-VALUE}.")
    private double overlap;

    @Mixin
    private ChoiceOptions choice;

    @Option(names = "--overwrite", description = "Replace files in the output folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        List<ExplainScan.ScanResult> results = ExplainScan
                .run(new ExplainScan.Request(inputs, model, output, maps, className, ExplainScan.place(at), mirrors,
                        check, device, overlap, overwrite, Optional.ofNullable(region).map(VoxelBox::parse), networks,
                        quality, choice.options(), choice.everyPhase()), progress());
        if (program().json)
            printJson(results);
        else
            results.forEach(this::print);
        return results.stream().allMatch(ExplainScan.ScanResult::isWell) ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private void print(ExplainScan.ScanResult scan) {
        if (!scan.isWell()) {
            print("FAILED: " + scan.name() + ": " + scan.problem());
            return;
        }
        String agreement = Double.isNaN(scan.agreement()) ? ""
                : String.format(Locale.ROOT, ", mirror images agree to %.3f", scan.agreement());
        print(String.format(Locale.ROOT, "%s: promises Dice %.3f, entropy at the borders %.3f%s", scan.files().get(0),
                scan.expectedDice(), scan.entropy(), agreement)
                + (Double.isNaN(scan.networks()) ? ""
                        : String.format(Locale.ROOT, ", networks agree to %.3f", scan.networks()))
                + (scan.quality().words().isEmpty() ? "" : "; " + scan.quality().words()));
        scan.checks().forEach((label, c) -> print(String.format(Locale.ROOT,
                "  Grad-CAM of %s %s: shown %.3f (random %.3f), hidden %.3f (random %.3f), random weights' map %.3f alike",
                label, c.isWell() ? "stands the test" : "FAILS the test", c.insertion(), c.randomInsertion(),
                c.deletion(), c.randomDeletion(), c.similarity())));
    }
}
