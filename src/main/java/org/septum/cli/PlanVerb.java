package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.septum.data.Plan;
import org.septum.pipeline.PlanDataset;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum plan}. */
@Command(name = "plan", description = "Measures a dataset and writes every decision about its training to a file that "
        + "can be read and edited.", footer = { "", "Examples:", "  septum plan DATASET -o plan.json",
                "  septum plan DATASET -o plan.json --budget 20m    for a training of 20 minutes" })
final class PlanVerb extends Verb {

    @Parameters(paramLabel = "DATASET", description = "Folder with scans and labels.")
    private Path dataset;

    @Option(names = { "-o", "--output" }, required = true, paramLabel = "FILE", description = "The plan to write.")
    private Path output;

    @Option(names = "--budget", paramLabel = "TIME", converter = TimeSpan.class, description = "Plan for a training that ends after this time: 30m, 2h. Large pictures are then brought to a size at which the time is enough for many of them.")
    private Duration budget;

    @Option(names = "--overwrite", description = "Replace a file at the output.")
    private boolean overwrite;

    @Mixin
    private NetworkOptions network;

    @Override
    public Integer call() {
        Plan plan = PlanDataset.run(
                new PlanDataset.Request(dataset, output, network.wishes(), Optional.ofNullable(budget), overwrite),
                progress());
        if (program().json) {
            print(plan.toJson());
        } else {
            String size = plan.size().isEmpty() ? "" : ", size " + plan.size();
            plan.fingerprint().describe().forEach(this::print);
            print(plan.network().describe() + size + ", patch " + plan.patch() + ", batch " + plan.training().batch()
                    + ", spacing " + plan.spacing() + " mm");
            plan.reasons().forEach((decision, reason) -> print("  " + decision + ": " + reason));
            print("written to " + output);
        }
        return SeptumCli.WELL;
    }
}
