package org.septum.cli;

import java.util.List;

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
            findings.forEach(f -> print(f.line()));
        return findings.stream().allMatch(Diagnose.Finding::isWell) ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
