package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.core.SeptumException;

/**
 * What became of one scan of a batch; one line of JSON.
 *
 * @param status
 *            how far it came
 * @param part
 *            which of the masks of its path, from 1: a DICOM folder may hold several series, a file several phases
 * @param parts
 *            how many masks its path has
 * @param scan
 *            path below the folder that was given, with /
 * @param name
 *            of its output files below the output folder, without extension
 * @param seconds
 *            that reading, segmenting and writing took
 * @param input
 *            facts of what was read
 * @param model
 *            SHA-256 that stands for the model
 * @param options
 *            SHA-256 of all options that change what is written
 * @param files
 *            that were written
 * @param volumes
 *            of the foreground classes
 * @param notes
 *            what the reader of the scan saw
 * @param problem
 *            why it failed; empty if it did not
 * @param septum
 *            version of the program
 * @param turn
 *            the how manieth time somebody began with it, from 1; 0 in records of before turns were counted
 * @param quality
 *            how good the mask seems; {@link MaskQuality#NONE} if it was not judged
 */
@JsonPropertyOrder({ "status", "part", "parts", "turn", "scan", "name" })
public record ScanRecord(Status status, int part, int parts, String scan, String name, double seconds, InputFacts input,
        String model, String options, List<WrittenFile> files, List<ClassVolume> volumes, List<String> notes,
        String problem, String septum, int turn,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NotJudged.class) MaskQuality quality) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** How far a scan came. */
    public enum Status {
        /** Somebody began with it; nothing is known of what came of it. */
        @JsonProperty("begun")
        BEGUN,
        /** Its files are written. */
        @JsonProperty("done")
        DONE,
        /** It cannot be segmented; nothing is written. */
        @JsonProperty("failed")
        FAILED;

        /** "done". */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A file that was written.
     *
     * @param file
     *            path below the output folder, with /
     * @param bytes
     *            its size
     * @param sha256
     *            of its bytes
     */
    public record WrittenFile(String file, long bytes, String sha256) {

        /** Facts of files that were just written; a folder stands for what lies in it. */
        static List<WrittenFile> of(List<Path> made, Path output) {
            List<WrittenFile> written = new ArrayList<>();
            try {
                for (Path path : made)
                    for (Path file : Files.isDirectory(path) ? filesIn(path) : List.of(path))
                        written.add(new WrittenFile(
                                output.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/"),
                                Files.size(file), Sha256.of(file)));
            } catch (IOException e) {
                throw SeptumException.output("cannot read what was just written: " + e.getMessage()
                        + "; is the disk of the output folder still there? --resume goes on", e);
            }
            return written;
        }

        private static List<Path> filesIn(Path folder) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.sorted().toList();
            }
        }
    }

    public ScanRecord {
        files = List.copyOf(files);
        volumes = List.copyOf(volumes);
        notes = List.copyOf(notes);
        quality = quality == null ? MaskQuality.NONE : quality;
    }

    /** Leaves out of the line what says nothing. */
    static final class NotJudged {

        @Override
        public boolean equals(Object other) {
            return other == null || Objects.equals(other, MaskQuality.NONE);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /** Somebody begins with a scan. */
    static ScanRecord begun(BatchScan scan, int part, int parts, String name) {
        return new ScanRecord(Status.BEGUN, part, parts, scan.scan(), name, 0, InputFacts.NONE, "", "", List.of(),
                List.of(), List.of(), "", SeptumVersion.text(), 0, MaskQuality.NONE);
    }

    /** The same in another turn. */
    ScanRecord withTurn(int other) {
        return new ScanRecord(status, part, parts, scan, name, seconds, input, model, options, files, volumes, notes,
                problem, septum, other, quality);
    }

    /** True if its files were written. */
    @JsonIgnore
    public boolean isDone() {
        return status == Status.DONE;
    }

    /** The line, without its end. */
    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a record: " + e.getMessage(), e);
        }
    }

    /** From a line; empty if it is torn. */
    static Optional<ScanRecord> parse(String line) {
        try {
            return Optional.ofNullable(JSON.readValue(line, ScanRecord.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
