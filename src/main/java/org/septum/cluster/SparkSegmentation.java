package org.septum.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.septum.cli.SeptumCli;
import org.septum.core.Progress;
import org.septum.pipeline.BatchWorker;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentOnCluster;
import org.septum.pipeline.SegmentOnSpark;

/**
 * Segments folders of scans by Spark: {@code spark-submit --class org.septum.cluster.SparkSegmentation septum.jar DIR
 * -m MODEL -o OUT}, with the words of {@code septum cluster spark}.
 */
public final class SparkSegmentation implements SegmentOnSpark.Program {

    private static final long MEBI = 1 << 20;

    /** Of an executor, if nothing is said. */
    private static final String CORES = "4";

    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\d+)?\\])?");

    private static final String MASTER = "spark.master";

    /** Takes the words of {@code septum cluster spark}, and ends the process with its exit code. */
    public static void main(String[] words) {
        List<String> all = new ArrayList<>(List.of("cluster", "spark"));
        all.addAll(List.of(words));
        SeptumCli.main(all.toArray(String[]::new));
    }

    @Override
    public SegmentOnSpark.Result run(SegmentOnSpark.Request request, Progress progress) {
        try (JavaSparkContext spark = new JavaSparkContext(configuration(request))) {
            if (!LOCAL.matcher(spark.master()).matches())
                ExecutorClassPath.write().ifPresent(jar -> spark.addJar(jar.toString()));
            SegmentFolders.Result result = SegmentOnCluster.run(request.folders(), request.mostVoxels(),
                    new SparkExecutors(spark, request.scansPerTask(), progress), progress);
            Path records = request.folders().scans().output().resolve(".septum").resolve("scans.jsonl");
            Optional<String> table = result.tables().isEmpty() || !Files.exists(records) ? Optional.empty()
                    : Optional.of(ParquetTable.write(records, request.table()));
            return new SegmentOnSpark.Result(result, table);
        } finally {
            // of a local master, whose tasks run in this process
            BatchWorker.closeIdle();
        }
    }

    /** What Spark was started with, what was asked for, and what suits the work where nothing was said. */
    private static SparkConf configuration(SegmentOnSpark.Request request) {
        SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "septum segment");
        request.configuration().forEach(conf::set);
        request.master().ifPresent(conf::setMaster);
        conf.setIfMissing(MASTER, "local[*]");
        boolean local = LOCAL.matcher(conf.get(MASTER)).matches();
        if (local)
            // the classes are those of this process; a copy of them could not load the engines again
            conf.set("spark.executor.userClassPathFirst", "false");
        conf.setIfMissing("spark.ui.enabled", Boolean.toString(!local));
        conf.setIfMissing("spark.locality.wait", "0s");
        conf.setIfMissing("spark.sql.shuffle.partitions", "8");
        setCores(conf);
        long memory = request.folders().scans().pass().memory();
        if (memory > 0 && !local) {
            // for Java's objects, and for the network, which Spark would else stop an executor for
            conf.setIfMissing("spark.executor.memory", SegmentOnSpark.heap(memory) / MEBI + "m");
            conf.setIfMissing("spark.executor.memoryOverhead", (memory - SegmentOnSpark.heap(memory)) / MEBI + "m");
        }
        return conf;
    }

    /** A task has an executor for itself: the network uses all of its cores, and there is one copy of it. */
    private static void setCores(SparkConf conf) {
        Matcher local = LOCAL.matcher(conf.get(MASTER));
        if (local.matches()) {
            String cores = Objects.requireNonNullElse(local.group(1), "1");
            conf.setIfMissing("spark.task.cpus",
                    cores.equals("*") ? Integer.toString(Runtime.getRuntime().availableProcessors()) : cores);
            return;
        }
        if (!conf.get(MASTER).startsWith("local"))
            conf.setIfMissing("spark.executor.cores", CORES);
        if (conf.contains("spark.executor.cores"))
            conf.setIfMissing("spark.task.cpus", conf.get("spark.executor.cores"));
    }
}
