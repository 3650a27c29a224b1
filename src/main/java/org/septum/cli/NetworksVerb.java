package org.septum.cli;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

import org.septum.pipeline.ListNetworks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum networks}. */
@Command(name = "networks", description = "Parameters and multiply-adds (MACs) of every network and attention.", footer = {
        "", "Example:", "  septum networks --dims 3 --widths 16,32,64 --classes 3 --patch 48",
        "  septum networks --classification" })
final class NetworksVerb extends Verb {

    @Option(names = "--dims", paramLabel = "N", description = "2 or 3. Default: both.")
    private Integer dims;

    @Option(names = "--widths", paramLabel = "W", split = ",", defaultValue = "16,32,64,128", description = "Channels of every level, finest first, of unet and residual. Default: ${DEFAULT-VALUE}.")
    private List<Integer> widths;

    @Option(names = "--inputs", paramLabel = "N", defaultValue = "1", description = "Channels of the scan. Default: ${DEFAULT-VALUE}.")
    private int inputs;

    @Option(names = "--classes", paramLabel = "N", defaultValue = "2", description = "Classes with the background. Default: ${DEFAULT-VALUE}.")
    private int classes;

    @Option(names = "--patch", paramLabel = "N", description = "Edge of the patch in voxels. Default: 256 in 2D, 64 in 3D.")
    private Integer patch;

    @Option(names = "--classification", description = "Instead, the encoders with the classifier of ImageNet (3 channels, 224 × 224, 1000 classes) and the attention's published settings, to compare with the papers; 2D unless --dims says otherwise.")
    private boolean classification;

    @Override
    public Integer call() {
        List<ListNetworks.Row> rows = classification ? ListNetworks.classification(optional(dims))
                : ListNetworks.run(new ListNetworks.Request(optional(dims), widths, inputs, classes, optional(patch)));
        if (program().json) {
            printJson(rows);
        } else {
            print(String.format(Locale.ROOT, "%-4s %-11s %-9s %12s %14s %9s %8s", "dims", "network", "attention",
                    "parameters", "MACs", "patch", "divisor"));
            rows.forEach(r -> print(String.format(Locale.ROOT, "%-4s %-11s %-9s %12d %12.3f G %9s %8d", r.dims() + "D",
                    r.network(), r.attention(), r.parameters(), r.macs() / 1e9, r.patch() + (r.dims() == 2 ? "²" : "³"),
                    r.sizeDivisor())));
        }
        return SeptumCli.WELL;
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
