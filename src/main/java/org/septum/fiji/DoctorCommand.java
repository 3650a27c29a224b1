package org.septum.fiji;

import java.util.List;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.pipeline.Diagnose;

/** <i>Plugins &gt; Septum &gt; Doctor</i>: does everything work here, and what is used? */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Doctor", headless = true, description = "Looks whether Java, memory, Bio-Formats and the engines work, what is used, and why not something faster.")
public final class DoctorCommand extends SeptumCommand {

    @Parameter(type = ItemIO.OUTPUT, label = "Findings")
    private String report;

    @Parameter(type = ItemIO.OUTPUT, label = "Everything works")
    private boolean well;

    @Override
    public void run() {
        work().compute(p -> Diagnose.run()).ifPresent(this::show);
    }

    private void show(List<Diagnose.Finding> findings) {
        report = words(findings.stream().map(Diagnose.Finding::line).collect(Collectors.joining("\n")));
        well = findings.stream().allMatch(Diagnose.Finding::isWell);
    }
}
