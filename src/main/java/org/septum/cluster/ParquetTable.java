package org.septum.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.septum.core.FileTree;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/** The records of all scans as a Parquet table: a row for each mask, in the order of {@code summary.csv}. */
final class ParquetTable {

    /** The fields of a record. */
    static final String SCHEMA = """
            scan STRING, name STRING, status STRING, part INT, parts INT, seconds DOUBLE, problem STRING,
            model STRING, options STRING, septum STRING,
            input STRUCT<bytes: BIGINT, modified: BIGINT, sha256: STRING>,
            files ARRAY<STRUCT<file: STRING, bytes: BIGINT, sha256: STRING>>,
            volumes ARRAY<STRUCT<label: STRUCT<value: INT, name: STRING>, voxels: BIGINT, millilitres: DOUBLE,
                measured: ARRAY<STRUCT<kind: STRING, value: DOUBLE, unit: STRING>>>>,
            notes ARRAY<STRING>""";

    private ParquetTable() {
    }

    /**
     * Writes the table.
     *
     * @param records
     *            one line of JSON for each mask
     * @param target
     *            folder or address; beside the records if empty. What is there is replaced
     *
     * @return where it lies
     */
    static String write(Path records, Optional<String> target) {
        SparkSession session = SparkSession.builder().getOrCreate();
        DataFrameWriter<Row> table = session.read().schema(SCHEMA).json(records.toUri().toString()).write()
                .mode(SaveMode.Overwrite);
        if (target.isPresent() && target.get().contains("://")) {
            table.parquet(target.get());
            return target.get();
        }
        Path folder = target.map(Path::of).orElseGet(() -> records.resolveSibling("scans.parquet")).toAbsolutePath();
        Path aside = WholeFile.aside(folder);
        try {
            table.parquet(aside.toUri().toString());
            FileTree.delete(folder);
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
            return folder.toString();
        } catch (IOException e) {
            throw SeptumException.output("cannot write " + folder + ": " + e.getMessage()
                    + "; check the free space and the permissions of its folder", e);
        } finally {
            FileTree.deleteQuietly(aside);
        }
    }
}
