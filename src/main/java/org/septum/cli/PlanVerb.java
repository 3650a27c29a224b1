package org.septum.cli;

import java.nio.file.Path;

import org.septum.data.Plan;
import org.septum.pipeline.PlanDataset;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum plan}. */
@Command(name = "plan", description = "Measures a dataset and writes every decision about its training to a file that "
        + "can be read and edited.", footer = { "", "Example:", "  septum plan DATASET -o plan.json" })
final class PlanVerb extends Verb {

    @Parameters(paramLabel = "DATASET", description = "Folder with scans and labels.")
    private Path dataset;

    @Option(names = { "-o", "--output" }, required = true, paramLabel = "FILE", description = "The plan to write.")
    private Path output;

    @Option(names = "--overwrite", description = "Replace a file at the output.")
    private boolean overwrite;

    @Mixin
    private NetworkOptions network;

    @Override
    public Integer call() {
        Plan plan = PlanDataset.run(new PlanDataset.Request(dataset, output, network.wishes(), overwrite), progress());
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
