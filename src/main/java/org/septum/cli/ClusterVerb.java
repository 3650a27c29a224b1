package org.septum.cli;

import org.septum.core.SeptumException;

import picocli.CommandLine.Command;

/** {@code septum cluster}: batches on many machines. */
@Command(name = "cluster", description = "Segments folders of scans on many machines.", subcommands = { SlurmVerb.class,
        SparkVerb.class })
final class ClusterVerb extends Verb {

    @Override
    public Integer call() {
        throw SeptumException.usage(
                "septum cluster needs to know which one; allowed: slurm, spark; see: septum cluster spark --help");
    }
}
