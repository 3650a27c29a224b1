package org.septum.cli;

import java.util.List;
import java.util.Locale;

import org.septum.pipeline.Diagnose;

import picocli.CommandLine.Command;

/** {@code septum doctor}. */
@Command(name = "doctor", description = "Looks whether Java, memory, Bio-Formats and the engines work, what is used, and why not something faster: threads, instruction sets, GPU. Exit code 1 if something does not work.")
final class DoctorVerb extends Verb {

    @Override
    public Integer call() {
        List<Diagnose.Finding> findings = Diagnose.run();
        if (program().json)
            printJson(findings);
        else
            findings.forEach(f -> print(
                    String.format(Locale.ROOT, "%-4s %-26s %s", f.isWell() ? "ok" : "BAD", f.subject(), f.text())));
        return findings.stream().allMatch(Diagnose.Finding::isWell) ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
