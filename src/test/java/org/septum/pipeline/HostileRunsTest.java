package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/** What goes wrong around a batch: outputs, records, locks and lists, with a stub in place of the model. */
@Timeout(60)
class HostileRunsTest {

    private static final Consumer<String> NOTHING = name -> {
    };

    @TempDir
    private Path folder;

    private Path scans;

    private Path out;

    @BeforeEach
    void writeScans() throws IOException {
        scans = folder.resolve("scans");
        out = folder.resolve("out");
        for (String scan : List.of("a/one.nii.gz", "a/two.png", "b/three.mha"))
            write(scan, scan);
    }

    private void write(String scan, String text) throws IOException {
        Files.createDirectories(scans.resolve(scan).getParent());
        Files.writeString(scans.resolve(scan), text);
    }

    private SegmentFolders.Request request() {
        return SegmentFolders.Request.of(SegmentScans.Request.of(List.of(scans), folder.resolve("model"), out));
    }

    private SegmentFolders.Request resume() {
        return request().withAgain(SegmentFolders.Again.RESUME);
    }

    private static SegmentFolders.Result run(SegmentFolders.Request request, String model, Consumer<String> before) {
        return SegmentFolders.run(request, Progress.SILENT, model,
                new StubSegmentation(request.scans().output(), before, NOTHING));
    }

    private List<String> segmentedBy(SegmentFolders.Request request) {
        List<String> seen = new ArrayList<>();
        run(request, StubSegmentation.MODEL, seen::add);
        return seen;
    }

    private static ScanRecord record(ScanRecord.Status status, String scan) {
        return new ScanRecord(status, 1, 1, scan, scan, 1, InputFacts.NONE, "", "", List.of(), List.of(), List.of(), "",
                "test", 0, MaskQuality.NONE);
    }

    @Test
    void theLastTurnOfAScanHoldsWhicheverRunBeganFirst() {
        RunRecords early = RunRecords.open(out);
        RunRecords late = RunRecords.open(out);
        late.append(record(ScanRecord.Status.BEGUN, "a"));
        // the late run is killed, the early one takes the scan over
        early.refresh();
        early.append(record(ScanRecord.Status.BEGUN, "a"));
        early.append(record(ScanRecord.Status.DONE, "a"));
        late.refresh();
        assertThat(late.state("a", 1)).isEqualTo(RunRecords.State.DONE);
        assertThat(RunRecords.open(out).state("a", 1)).isEqualTo(RunRecords.State.DONE);
        assertThat(RunRecords.open(out).last("a", 1).orElseThrow().turn()).isEqualTo(2);
    }

    @Test
    void aClockThatWentBackDoesNotBringBackOldRecords() throws IOException {
        StubSegmentation.run(request());
        try (Stream<Path> runs = Files.list(out.resolve(".septum/runs"))) {
            Path run = runs.findFirst().orElseThrow();
            String[] words = run.getFileName().toString().split("-");
            words[words.length - 2] = "9999999999999";
            Files.move(run, run.resolveSibling(String.join("-", words)));
        }
        write("a/one.nii.gz", "another one");
        assertThat(segmentedBy(resume())).containsExactly("a/one");
        assertThat(segmentedBy(resume())).isEmpty();
    }

    @Test
    void turnsAreCountedUpToALimitBeyondWhichTheLastRecordHolds() {
        RunRecords records = RunRecords.open(out);
        for (int i = 0; i < 100; i++)
            records.append(record(ScanRecord.Status.BEGUN, "a"));
        assertThat(records.state("a", 1)).isEqualTo(RunRecords.State.BEGUN);
        records.append(record(ScanRecord.Status.FAILED, "a"));
        assertThat(RunRecords.open(out).state("a", 1)).isEqualTo(RunRecords.State.FAILED);
    }

    @Test
    void recordsOfBeforeTurnsWereCountedAreRead() throws IOException {
        StubSegmentation.run(request());
        try (Stream<Path> runs = Files.list(out.resolve(".septum/runs"))) {
            Path run = runs.findFirst().orElseThrow();
            String text = Files.readString(run);
            assertThat(text).contains("\"turn\":1,");
            Files.writeString(run, text.replace("\"turn\":1,", ""));
        }
        assertThat(segmentedBy(resume())).isEmpty();
        write("a/one.nii.gz", "another one");
        assertThat(segmentedBy(resume())).containsExactly("a/one");
        assertThat(segmentedBy(resume())).isEmpty();
    }

    @Test
    void twoModelsAtATimeInOneOutputAreRefused() {
        run(request(), StubSegmentation.MODEL, name -> {
            assertThatThrownBy(() -> run(resume(), "1".repeat(64), NOTHING)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("another model").hasMessageContaining("wait for its end");
        });
        assertThat(run(resume(), "1".repeat(64), NOTHING).done()).isEqualTo(3);
    }

    @Test
    void recordsThatAreNoRecordsAreLeftAside() throws IOException {
        StubSegmentation.run(request());
        Path runs = out.resolve(".septum/runs");
        Files.write(runs.resolve("noise.jsonl"), new byte[] { -1, 0, '\n', '{', '\n', 7 });
        Files.writeString(runs.resolve("x-y-z.jsonl"), "{\"status\":\"done\",\"part\":0,\"scan\":\"a/one.nii.gz\"}\n"
                + "{\"status\":\"eaten\",\"part\":1,\"scan\":\"a/one.nii.gz\"}\nnull\n[]\n");
        assertThat(segmentedBy(resume())).isEmpty();
    }

    @Test
    void aDamagedListIsMadeAnew() throws IOException {
        StubSegmentation.run(request());
        for (String text : List.of("", "septum list 2\nD\n", "septum list 2\nR\t/x\t\nD\tnow\t\nE\n", "other\n",
                "septum list 2\nR\t" + scans + "\t\n")) {
            try (Stream<Path> lists = Files.list(out.resolve(".septum/lists"))) {
                Files.writeString(lists.findFirst().orElseThrow(), text);
            }
            SegmentFolders.Result result = StubSegmentation.run(resume());
            assertThat(result.scans()).as(text).isEqualTo(3);
            assertThat(result.before()).as(text).isEqualTo(3);
        }
    }

    @Test
    void whatCannotHaveANameIsToldFromADiskThatFails() throws IOException {
        Files.createDirectories(out);
        Files.createFile(out.resolve("file"));
        List<Path> impossible = List.of(out.resolve("ü".repeat(126) + ".nii.gz"), out.resolve("file/x.nii.gz"),
                out.resolve("file/y/x.nii.gz"), out.resolve(("d".repeat(200) + "/").repeat(21) + "x.nii.gz"),
                Files.createDirectories(out.resolve("folder.nii.gz")));
        for (Path file : impossible)
            assertThatThrownBy(() -> WholeFile.write(file, true, Files::createFile)).as(file.toString())
                    .isInstanceOf(SeptumException.class).hasNoCause().hasMessageContaining("cannot write");
        Path longest = out.resolve("x".repeat(248) + ".nii.gz");
        WholeFile.write(longest, false, aside -> Files.writeString(aside, "whole"));
        assertThat(longest).hasContent("whole");
        Path aside = WholeFile.aside(longest);
        assertThat(aside.getFileName().toString()).endsWith(".nii.gz").hasSizeLessThan(256);
        Files.createFile(aside);
        WholeFile.removeLeftovers(longest);
        assertThat(aside).doesNotExist();
    }

    @Test
    void ofTwoScansWithOneOutputTheSecondFailsAndGoingOnDoesNotReplaceTheFirst() throws IOException {
        SegmentFolders.Request request = SegmentFolders.Request
                .of(request().scans().withOutputs(SegmentOutputs.DEFAULT.withProbabilities(true)));
        write("a/one_probabilities.nii.gz", "two");
        // the stub writes no probabilities, so they are put in the place of the second mask
        Consumer<String> probabilities = name -> {
            if (name.equals("a/one"))
                WholeFile.write(out.resolve("a/one_probabilities.nii.gz"), true,
                        aside -> Files.writeString(aside, "probabilities"));
        };
        for (SegmentFolders.Request r : List.of(request, request.withAgain(SegmentFolders.Again.RESUME),
                request.withAgain(SegmentFolders.Again.RETRY_FAILED))) {
            SegmentFolders.Result result = run(r, StubSegmentation.MODEL, probabilities);
            assertThat(result.failures()).singleElement().asString().contains("one_probabilities.nii.gz exists");
            assertThat(out.resolve("a/one_probabilities.nii.gz")).hasContent("probabilities");
        }
    }

    @Test
    void ownFilesInTheWayAreNamed() throws IOException {
        Files.createDirectories(out);
        Files.createFile(out.resolve(".septum"));
        assertThatThrownBy(() -> StubSegmentation.run(request())).isInstanceOf(SeptumException.class)
                .hasMessageContaining(".septum");
        Files.delete(out.resolve(".septum"));
        Files.createDirectories(out.resolve("summary.csv"));
        assertThatThrownBy(() -> StubSegmentation.run(request())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("summary.csv").hasMessageContaining("move the folder away");
        Files.delete(out.resolve("summary.csv"));
        assertThat(StubSegmentation.run(resume()).before()).isEqualTo(3);
    }

    @Test
    void aScanThatVanishesBetweenListAndReadingIsNamedAndTheOthersGoOn() {
        SegmentFolders.Result result = run(request(), StubSegmentation.MODEL, name -> {
            try {
                Files.deleteIfExists(scans.resolve("b/three.mha"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(result.done()).isEqualTo(2);
        assertThat(result.failures()).singleElement().asString().contains("three.mha");
    }

    @Test
    void aRunInAFolderBelowItsScansDoesNotSegmentItsMasks() {
        out = scans.resolve("masks");
        assertThat(StubSegmentation.run(request()).scans()).isEqualTo(3);
        assertThat(StubSegmentation.run(resume()).scans()).isEqualTo(3);
    }
}
