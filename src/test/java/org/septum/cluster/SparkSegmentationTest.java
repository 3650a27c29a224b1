package org.septum.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.io.NiftiScanWriter;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentOnSpark;
import org.septum.pipeline.SegmentScans;
import org.septum.pipeline.Toys;

/** A Spark within this process; executors of their own are tested by {@code make test-spark}. */
@Tag("engine")
class SparkSegmentationTest {

    private static final Map<String, String> SPARE = Map.of("spark.task.cpus", "1", "spark.ui.enabled", "false",
            "spark.driver.bindAddress", "127.0.0.1", "spark.driver.host", "127.0.0.1");

    @TempDir
    private Path folder;

    private SegmentFolders.Request request(String output) {
        return SegmentFolders.Request.of(SegmentScans.Request
                .of(List.of(folder.resolve("scans")), folder.resolve("model"), folder.resolve(output))
                .withDevice("cpu"));
    }

    private Map<String, String> tree(String output) throws IOException {
        Path root = folder.resolve(output);
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(root.resolve(".septum")))
                    tree.put(root.relativize(file).toString(),
                            Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        }
        return tree;
    }

    @Test
    void twoThreadsOfSparkWriteTheTreeOfARunHereAndATable() throws IOException {
        Toys.model(folder.resolve("model"));
        for (int i = 0; i < 4; i++)
            NiftiScanWriter.write(Toys.scan("toy", i), folder.resolve("scans/p" + i + "/scan.nii"), false);
        byte[] bytes = Files.readAllBytes(folder.resolve("scans/p3/scan.nii"));
        Files.write(folder.resolve("scans/p3/scan.nii"), Arrays.copyOf(bytes, 1000));
        SegmentFolders.run(request("here"), Progress.SILENT);

        SegmentOnSpark.Result result = SegmentOnSpark.run(SegmentOnSpark.Request.of(request("spark"))
                .withMostVoxels(4000).withScansPerTask(1).withSpark("local[2]", SPARE), Progress.SILENT);
        assertThat(result.folders().done()).isEqualTo(3);
        assertThat(result.folders().failures()).singleElement().asString().contains("p3");
        assertThat(tree("spark")).isEqualTo(tree("here"));

        SparkConf conf = new SparkConf().setMaster("local[1]").setAppName("reads");
        SPARE.forEach(conf::set);
        try (SparkSession session = SparkSession.builder().config(conf).getOrCreate()) {
            List<Row> rows = session.read().parquet(result.table().orElseThrow()).collectAsList();
            assertThat(rows).extracting(row -> row.<String> getAs("scan")).containsExactly("p0/scan.nii", "p1/scan.nii",
                    "p2/scan.nii", "p3/scan.nii");
            assertThat(rows).extracting(row -> row.<String> getAs("status")).containsExactly("done", "done", "done",
                    "failed");
            Row volume = rows.get(0).<Row> getList(rows.get(0).fieldIndex("volumes")).get(0);
            long voxels = Toys.mask(Toys.scan("toy", 0)).count(1);
            assertThat(volume.<Long> getAs("voxels")).isEqualTo(voxels);
            assertThat(volume.<Double> getAs("millilitres")).isCloseTo(voxels * 0.7 * 0.9 * 2.5 / 1000, within(1e-4));
            assertThat(rows.get(3).<String> getAs("problem")).isNotEmpty();
        }
    }
}
