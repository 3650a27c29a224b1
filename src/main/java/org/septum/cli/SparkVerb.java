package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentOnSpark;
import org.septum.pipeline.SegmentScans;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code septum cluster spark}. */
@Command(name = "spark", description = {
        "Segments folders of scans by the executors of Apache Spark; without --master by all cores of this machine.",
        "Spark starts the tasks of an executor that dies again. Masks, summary.csv and index.html are those of septum"
                + " segment; OUT/.septum/scans.parquet is a table with a row for each mask.",
        "Scans, model, OUT and Septum must lie on a disk that all machines see under the same path.",
        "Needs Spark 3.5: SPARK_HOME, or spark-submit in PATH, or make spark in the folder of Septum." }, footer = { "",
                "Examples:", "  septum cluster spark scans/ -m MODEL -o masks",
                "  septum cluster spark scans/ -m MODEL -o masks --master spark://head:7077 --memory 16g \\",
                "      --conf spark.executor.cores=8 --resume",
                "  septum cluster spark scans/ -m MODEL -o masks --split-voxels 200000000    divides larger scans", "",
                "Exit code: 0 all well, 1 a scan failed or the run could not go on, 2 wrong usage,",
                "           3 stopped (Ctrl-C, SIGTERM) before the end, --resume goes on." })
final class SparkVerb extends Verb {

    /** Executors give back what they have in hand. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    @Mixin
    private SegmentChoices choices;

    @Option(names = "--master", paramLabel = "URL", description = "Spark's master: local[*], local[4], spark://host:7077, yarn, k8s://…. Default: the one that spark-submit was given, else local[*].")
    private String master;

    @Option(names = "--conf", paramLabel = "K=V", description = "Configuration of Spark, as spark.executor.cores=8; may be given several times.")
    private Map<String, String> conf = new LinkedHashMap<>();

    @Option(names = "--scans-per-task", paramLabel = "N", defaultValue = "16", description = "Scans that a task gets at most; it reads the next one while it segments one. Default: ${DEFAULT-VALUE}.")
    private int scansPerTask;

    @Option(names = "--split-voxels", paramLabel = "N", defaultValue = "536870912", description = "Scans of more voxels are segmented in slabs, each a task, and joined to the same mask; not with --probabilities. Default: ${DEFAULT-VALUE}, 1024 slices of 724 × 724.")
    private long splitVoxels;

    @Option(names = "--table", paramLabel = "PATH", description = "Where the Parquet table goes: a folder, or an address such as s3a://bucket/table. What is there is replaced. Default: OUT/.septum/scans.parquet.")
    private String table;

    @Option(names = "--resume", description = "Go on with an earlier run on this output folder, however it was run: skip what is done with this model and these options and has not changed.")
    private boolean resume;

    @Option(names = "--retry-failed", description = "Try the scans again that failed, and no others.")
    private boolean retryFailed;

    @Option(names = "--metrics", paramLabel = "FILE", description = "Write figures of the run every few seconds, in the text format of Prometheus.")
    private Path metrics;

    @Override
    public Integer call() {
        if (resume && retryFailed)
            throw SeptumException.usage("--resume tries what failed again as well; leave one of the two out");
        SegmentScans.Request scans = choices.request();
        SegmentFolders.Again again = resume ? SegmentFolders.Again.RESUME
                : retryFailed ? SegmentFolders.Again.RETRY_FAILED : SegmentFolders.Again.NEW;
        SegmentOnSpark.Request request = new SegmentOnSpark.Request(
                new SegmentFolders.Request(scans, Optional.empty(), again, Optional.ofNullable(metrics)), splitVoxels,
                scansPerTask, Optional.ofNullable(master), conf, Optional.ofNullable(table));
        progress().endWithin(GRACE, SeptumCli.STOPPED);
        try {
            return show(SegmentOnSpark.run(request, progress()));
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.CANCELLED)
                throw e;
            program().failure(e);
            return SeptumCli.STOPPED;
        }
    }

    private int show(SegmentOnSpark.Result result) {
        SegmentFolders.Result scans = result.folders();
        long open = scans.scans() - scans.done() - scans.before() - scans.failed();
        if (program().json) {
            printJson(result);
        } else {
            scans.failures().forEach(failure -> print("FAILED: " + failure));
            print(scans.scans() + " scans: " + scans.done() + " done in this run, " + scans.before() + " before, "
                    + scans.failed() + " failed" + (open > 0 ? ", " + open + " not segmented yet" : ""));
            scans.tables().forEach(file -> print(file.toString()));
            result.table().ifPresent(this::print);
        }
        return scans.failed() + open == 0 ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
