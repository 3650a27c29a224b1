package org.septum.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** Segments folders of scans by the executors of Apache Spark. Spark itself must be on the class path. */
public final class SegmentOnSpark {

    private static final String SPARK = "org.apache.spark.api.java.JavaSparkContext";

    /**
     * What to segment, and how.
     *
     * @param folders
     *            scans, model, output and what is wanted
     * @param mostVoxels
     *            of a scan that one task segments; larger ones are divided into slabs
     * @param scansPerTask
     *            scans that a task gets at most, 1 and more
     * @param master
     *            Spark's master, as {@code local[*]} or {@code spark://host:7077}; if empty the one that Spark was
     *            started with, else {@code local[*]}
     * @param configuration
     *            further configuration of Spark
     * @param table
     *            where the Parquet table goes: a folder, or an address that Spark can write to; if empty
     *            {@code .septum/scans.parquet} in the output folder
     */
    public record Request(SegmentFolders.Request folders, long mostVoxels, int scansPerTask, Optional<String> master,
            Map<String, String> configuration, Optional<String> table) {

        public Request {
            configuration = Map.copyOf(configuration);
            if (mostVoxels < 1)
                throw SeptumException.usage("--split-voxels " + mostVoxels + "; allowed: 1 and more");
            if (scansPerTask < 1)
                throw SeptumException.usage("--scans-per-task " + scansPerTask + "; allowed: 1 and more");
        }

        /** Sixteen scans a task at most, divided where they are very large, the table in the output folder. */
        public static Request of(SegmentFolders.Request folders) {
            return new Request(folders, SegmentOnCluster.MOST_VOXELS, 16, Optional.empty(), Map.of(), Optional.empty());
        }

        /** The same with scans divided from another size on. */
        public Request withMostVoxels(long most) {
            return new Request(folders, most, scansPerTask, master, configuration, table);
        }

        /** The same with so many scans a task at most. */
        public Request withScansPerTask(int most) {
            return new Request(folders, mostVoxels, most, master, configuration, table);
        }

        /** The same with a master and further configuration. */
        public Request withSpark(String otherMaster, Map<String, String> others) {
            return new Request(folders, mostVoxels, scansPerTask, Optional.of(otherMaster), others, table);
        }
    }

    /**
     * What came out.
     *
     * @param folders
     *            of the scans
     * @param table
     *            where the Parquet table lies; empty if other runs are to finish the scans
     */
    public record Result(SegmentFolders.Result folders, Optional<String> table) {
    }

    /** The program for Spark, found by the {@link ServiceLoader}, so that Septum works without Spark. */
    public interface Program {

        /** Segments scans. */
        Result run(Request request, Progress progress);
    }

    private SegmentOnSpark() {
    }

    /** Bytes of a limit of memory that go to Java's objects. */
    public static long heap(long memory) {
        return memory / 100 * MemoryBudget.HEAP_PERCENT;
    }

    /**
     * Segments scans.
     *
     * @throws SeptumException
     *             of kind USAGE if Spark is not there; else as {@link SegmentOnCluster#run}
     */
    public static Result run(Request request, Progress progress) {
        ClassLoader loader = SegmentOnSpark.class.getClassLoader();
        try {
            Class.forName(SPARK, false, loader);
        } catch (ClassNotFoundException e) {
            throw new SeptumException(SeptumException.Kind.USAGE, "there is no Spark: set SPARK_HOME to where a Spark"
                    + " 3.5 lies, or have spark-submit in PATH, or run make spark in the folder of Septum, which gets"
                    + " one for this machine; or start it with spark-submit, as docs/cluster.md says", e);
        }
        return ServiceLoader.load(Program.class, loader).findFirst()
                .orElseThrow(
                        () -> new SeptumException(SeptumException.Kind.INTERNAL, "the program for Spark is missing"))
                .run(request, progress);
    }
}
