package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** The machinery of a batch with a stub in place of the model. */
@Timeout(60)
class SegmentFoldersTest {

    private static final List<String> SCANS = List.of("a/one.nii.gz", "a/two.png", "a/deep/er/one.nrrd", "b/one.mha",
            "b/two.tif", "c.nii", "d/x.nii.gz", "d/x.png", "e#?&.jpg");

    private static final List<String> BAD = List.of("a/bad.nii.gz", "z.png");

    /** What the masks are called: as the scan, unless two are called alike. */
    private static final List<String> MASKS = List.of("a/deep/er/one", "a/one", "a/two", "b/one", "b/two", "c",
            "d/x.nii.gz", "d/x.png", "e#?&");

    @TempDir
    private Path folder;

    private Path scans;

    @BeforeEach
    void writeScans() throws IOException {
        scans = folder.resolve("scans");
        for (String scan : SCANS)
            write(scan, "scan " + scan);
        for (String scan : BAD)
            write(scan, "bad " + scan);
        write("a/notes.txt", "no scan");
        write("a/.hidden.png", "no scan");
    }

    private void write(String scan, String text) throws IOException {
        Path file = scans.resolve(scan);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Path out(String name) {
        return folder.resolve(name);
    }

    private SegmentFolders.Request request(String output) {
        return SegmentFolders.Request.of(SegmentScans.Request.of(List.of(scans), folder.resolve("model"), out(output)));
    }

    private SegmentFolders.Request resume(String output) {
        return request(output).withAgain(SegmentFolders.Again.RESUME);
    }

    private SegmentFolders.Result run(SegmentFolders.Request request, Consumer<String> beforeMask,
            Consumer<String> afterMask) {
        return SegmentFolders.run(request, Progress.SILENT, StubSegmentation.MODEL,
                new StubSegmentation(request.scans().output(), beforeMask, afterMask));
    }

    /** All files of an output folder but the batch's own, by their paths. */
    private static Map<String, String> tree(Path output) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(output.resolve(".septum")))
                    tree.put(output.relativize(file).toString(), Files.readString(file));
        }
        return tree;
    }

    @Test
    void theMasksLieInATreeLikeThatOfTheScansAndBadScansAreNamed() throws IOException {
        SegmentFolders.Result result = StubSegmentation.run(request("out"));
        assertThat(result.scans()).isEqualTo(11);
        assertThat(result.done()).isEqualTo(9);
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.failures()).anyMatch(f -> f.contains("bad.nii.gz")).anyMatch(f -> f.contains("z.png"));
        List<String> expected = new ArrayList<>(List.of("index.html", "summary.csv"));
        MASKS.forEach(mask -> expected.add(mask + ".nii.gz"));
        assertThat(tree(out("out")).keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(out("out").resolve("a/deep/er/one.nii.gz")).hasContent("mask of scan a/deep/er/one.nrrd");
        assertThat(out("out").resolve("d/x.png.nii.gz")).hasContent("mask of scan d/x.png");
        List<String> lines = Files.readAllLines(result.tables().get(0));
        assertThat(lines).hasSize(12);
        assertThat(lines.get(0)).startsWith("scan,status,mask,blob voxels,blob ml,problem,input sha256");
        assertThat(lines).anyMatch(l -> l.startsWith("b/two.tif,done,b/two.nii.gz,14,,,"))
                .anyMatch(l -> l.startsWith("z.png,failed,,,,it is bad,"));
        assertThat(Files.readString(result.tables().get(1))).contains("9 scans segmented, 2 failed")
                .contains("src=\"./.septum/thumbnails/e%23%3F&amp;.png\"").contains("it is bad");
        assertThat(Files.readAllLines(out("out").resolve(".septum/scans.jsonl"))).hasSize(11)
                .allMatch(l -> ScanRecord.parse(l).isPresent());
    }

    @Test
    void shardsAreDisjointAndTogetherGiveTheSameBytes() throws IOException {
        StubSegmentation.run(request("whole"));
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        for (int i = 7; i >= 1; i--) {
            SegmentFolders.Result part = run(request("parts").withShard(new Shard(i, 7)),
                    name -> seen.merge(name, 1, Integer::sum), name -> {
                    });
            assertThat(part.tables()).as("shard " + i).hasSize(i == 1 ? 2 : 0);
        }
        assertThat(seen).hasSize(11).allSatisfy((name, times) -> assertThat(times).isEqualTo(1));
        assertThat(tree(out("parts"))).isEqualTo(tree(out("whole")));
    }

    @Test
    void withoutResumeAMaskThatExistsIsAnErrorBeforeTheFirstScan() throws IOException {
        Files.createDirectories(out("out/b"));
        Files.writeString(out("out/b/two.nii.gz"), "mine");
        assertThatThrownBy(() -> StubSegmentation.run(request("out"))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("two.nii.gz exists").hasMessageContaining("--resume");
        assertThat(tree(out("out"))).containsOnlyKeys("b/two.nii.gz");
    }

    @Test
    void aRunThatGoesOnReplacesNothingThatNoRunHasMade() throws IOException {
        Files.createDirectories(out("out/b"));
        Files.writeString(out("out/b/two.nii.gz"), "mine");
        SegmentFolders.Result result = StubSegmentation.run(resume("out"));
        assertThat(result.done()).isEqualTo(8);
        assertThat(result.failures()).anyMatch(f -> f.contains("two.tif") && f.contains("no earlier run made it"));
        assertThat(out("out/b/two.nii.gz")).hasContent("mine");
    }

    @Test
    void resumeDoesAgainWhatHasChangedAndNothingElse() throws IOException {
        StubSegmentation.run(request("out"));
        assertThat(doneAgain(resume("out"))).containsExactly("a/bad", "z");

        Files.setLastModifiedTime(scans.resolve("c.nii"), FileTime.fromMillis(1_000_000));
        assertThat(doneAgain(resume("out"))).as("only touched").containsExactly("a/bad", "z");

        write("c.nii", "scan c.niI");
        Files.delete(out("out/b/one.nii.gz"));
        Files.writeString(out("out/b/two.nii.gz"), "cut");
        assertThat(doneAgain(resume("out"))).containsExactly("a/bad", "b/one", "b/two", "c", "z");
        assertThat(out("out/c.nii.gz")).hasContent("mask of scan c.niI");

        SegmentFolders.Request other = new SegmentFolders.Request(
                resume("out").scans().withPass(SegmentPass.DEFAULT.withOverlap(0.25)), Optional.empty(),
                SegmentFolders.Again.RESUME, Optional.empty());
        assertThat(doneAgain(other)).as("another overlap").hasSize(11);
        assertThat(doneAgain(other)).hasSize(2);
        List<String> names = new CopyOnWriteArrayList<>();
        SegmentFolders.run(other, Progress.SILENT, "1".repeat(64), new StubSegmentation(out("out"), names::add, n -> {
        }));
        assertThat(names).as("another model").hasSize(11);
    }

    private List<String> doneAgain(SegmentFolders.Request request) {
        List<String> names = new CopyOnWriteArrayList<>();
        run(request, names::add, name -> {
        });
        return names.stream().sorted().toList();
    }

    @Test
    void retryFailedTriesThoseAndNoOthers() throws IOException {
        SegmentFolders.Request retry = request("out").withAgain(SegmentFolders.Again.RETRY_FAILED);
        StubSegmentation.run(request("out"));
        write("z.png", "good now");
        write("new.png", "new");
        assertThat(doneAgain(retry)).containsExactly("a/bad", "z");
        assertThat(out("out/z.nii.gz")).hasContent("mask of good now");
        assertThat(doneAgain(retry)).containsExactly("a/bad");
        assertThat(out("out/new.nii.gz")).doesNotExist();
    }

    @Test
    void aScanThatHasBecomeBadLosesItsMask() throws IOException {
        StubSegmentation.run(request("out"));
        write("c.nii", "bad now");
        SegmentFolders.Result result = StubSegmentation.run(resume("out"));
        assertThat(result.failed()).isEqualTo(3);
        assertThat(out("out/c.nii.gz")).doesNotExist();
    }

    /** Kills a run as kill -9 would: its record is torn, a mask half-written, nothing is cleaned up. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    @Test
    void aRunThatWasKilledAnywhereAndGoesOnEndsInTheSameTree() throws IOException {
        StubSegmentation.run(request("whole"));
        for (int at = 0; at < 9; at++) {
            for (boolean written : new boolean[] { false, true }) {
                String output = "out" + at + written;
                int[] left = { at };
                Consumer<String> kill = name -> {
                    if (left[0]-- == 0)
                        throw new Killed();
                };
                Consumer<String> live = name -> {
                };
                assertThatThrownBy(() -> run(request(output), written ? live : kill, written ? kill : live))
                        .isInstanceOf(Killed.class);
                Path runs = out(output).resolve(".septum/runs");
                try (Stream<Path> files = Files.list(runs)) {
                    Files.writeString(files.findFirst().orElseThrow(), "{\"status\":\"done\",\"part\":1,\"sca",
                            StandardOpenOption.APPEND);
                }
                String begun = begunOnly(out(output));
                Path half = out(output).resolve(begun + ".nii.gz");
                Files.createDirectories(half.getParent());
                Files.writeString(half.resolveSibling(".part-1-x-2-" + half.getFileName()), "half");
                StubSegmentation.run(resume(output));
                assertThat(tree(out(output))).as("killed at " + at + " " + written).isEqualTo(tree(out("whole")));
            }
        }
    }

    private static String begunOnly(Path output) {
        RunRecords records = RunRecords.open(output);
        for (String scan : Stream.concat(SCANS.stream(), BAD.stream()).toList())
            if (records.state(scan, 1) == RunRecords.State.BEGUN)
                return records.last(scan, 1).orElseThrow().name();
        throw new AssertionError("nothing was begun");
    }

    @Test
    void aFullDiskStopsTheRunAndTheNextGoesOn() throws IOException {
        StubSegmentation.run(request("whole"));
        int[] left = { 3 };
        assertThatThrownBy(() -> run(request("out"), name -> {
            if (left[0]-- == 0)
                throw StubSegmentation.fullDisk();
        }, name -> {
        })).isInstanceOf(SeptumException.class).hasMessageContaining("no space")
                .hasMessageContaining("--resume goes on");
        assertThat(Files.readAllLines(out("out/summary.csv"))).hasSize(4);
        SegmentFolders.Result result = StubSegmentation.run(resume("out"));
        assertThat(result.before() + result.done() + result.failed()).isEqualTo(11);
        assertThat(tree(out("out"))).isEqualTo(tree(out("whole")));
    }

    @Test
    void scansWhoseDiskWasTakenAwayAreNotRecordedAsFailed() throws IOException {
        Path away = folder.resolve("away");
        int[] left = { 2 };
        assertThatThrownBy(() -> run(request("out"), name -> {
            if (left[0]-- == 0)
                move(scans, away);
        }, name -> {
        })).isInstanceOf(SeptumException.class).hasMessageContaining("taken away").hasMessageContaining("--resume");
        move(away, scans);
        SegmentFolders.Result result = SegmentFolders.merge(request("out"), Progress.SILENT);
        assertThat(result.before() + result.failed()).isEqualTo(2);
        assertThat(result.scans()).isEqualTo(11);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anOutputFolderThatWasTakenAwayIsNotFilledAnew() {
        int[] left = { 2 };
        assertThatThrownBy(() -> run(request("out"), name -> {
        }, name -> {
            if (left[0]-- == 0)
                move(out("out/.septum"), out("gone"));
        })).isInstanceOf(SeptumException.class).hasMessageContaining("taken away");
        assertThat(out("out/.septum/runs")).doesNotExist();
    }

    @Test
    void stoppingSaysHowFarItCameAndIsOfKindCancelled() {
        boolean[] stop = { false };
        Progress impatient = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                stop[0] |= done == 4;
                assertThat(task).startsWith("scans (" + done + " of 11, ");
            }

            @Override
            public void message(String line) {
                // not heard
            }

            @Override
            public boolean isCancelled() {
                return stop[0];
            }
        };
        assertThatThrownBy(() -> SegmentFolders.run(request("out"), impatient, StubSegmentation.MODEL,
                new StubSegmentation(out("out")))).isInstanceOf(SeptumException.class)
                        .hasMessageContaining("stopped with 4 of 11").hasMessageContaining("--resume")
                        .extracting(e -> ((SeptumException) e).kind()).isEqualTo(SeptumException.Kind.CANCELLED);
        assertThat(StubSegmentation.run(resume("out")).scans()).isEqualTo(11);
    }

    @Test
    void twoRunsShareTheWorkAndNeitherDoesAScanOfTheOther() throws Exception {
        StubSegmentation.run(request("whole"));
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        CountDownLatch both = new CountDownLatch(2);
        List<CompletableFuture<SegmentFolders.Result>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            runs.add(CompletableFuture.supplyAsync(() -> run(resume("out"), name -> {
                seen.merge(name, 1, Integer::sum);
                both.countDown();
                await(both);
            }, name -> {
            })));
        }
        for (CompletableFuture<SegmentFolders.Result> run : runs) {
            SegmentFolders.Result result = run.get(30, TimeUnit.SECONDS);
            assertThat(result.done() + result.failed()).isEqualTo(11);
            assertThat(result.failed()).isEqualTo(2);
        }
        assertThat(seen).hasSize(11).allSatisfy((name, times) -> assertThat(times).as(name).isEqualTo(1));
        assertThat(tree(out("out"))).isEqualTo(tree(out("whole")));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A run in a process of its own: says when it has a scan in hand, and holds it until it is killed. */
    static final class Child {

        private Child() {
        }

        public static void main(String[] args) {
            Path output = Path.of(args[1]);
            SegmentFolders.Request request = SegmentFolders.Request
                    .of(SegmentScans.Request.of(List.of(Path.of(args[0])), Path.of("model"), output));
            int[] left = { 3 };
            SegmentFolders.run(request, Progress.SILENT, StubSegmentation.MODEL, new StubSegmentation(output, name -> {
                if (left[0]-- == 0) {
                    move(Path.of(args[2]), Path.of(args[3]));
                    await(new CountDownLatch(1));
                    await(new CountDownLatch(1));
                }
            }, name -> {
            }));
        }
    }

    @Test
    void aScanInTheHandsOfAProcessIsWaitedForAndTakenOverOnceItIsKilled() throws Exception {
        StubSegmentation.run(request("whole"));
        Path ready = Files.createFile(folder.resolve("getting-ready"));
        Path errors = Files.createFile(folder.resolve("errors.txt"));
        Path sign = folder.resolve("sign");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName(), scans.toString(), out("out").toString(), ready.toString(), sign.toString())
                        .redirectErrorStream(true).redirectOutput(errors.toFile()).start();
        try {
            while (child.isAlive() && !Files.exists(sign))
                Thread.sleep(5);
            assertThat(sign).as("said: %s", Files.readString(errors)).exists();
            List<String> seen = new CopyOnWriteArrayList<>();
            List<String> said = new CopyOnWriteArrayList<>();
            SegmentFolders.Result result = SegmentFolders.run(resume("out"), new Progress() {

                @Override
                public void report(String task, long done, long total) {
                    // the result counts
                }

                @Override
                public void message(String line) {
                    said.add(line);
                    if (line.startsWith("waiting for 1 scans"))
                        child.destroyForcibly();
                }
            }, StubSegmentation.MODEL, new StubSegmentation(out("out"), seen::add, name -> {
            }));
            assertThat(said).anyMatch(line -> line.startsWith("waiting for 1 scans"));
            // the child had done three, one of them bad, and held one
            assertThat(result.before() + seen.size()).isEqualTo(11);
            assertThat(result.before()).isBetween(2L, 3L);
            assertThat(tree(out("out"))).isEqualTo(tree(out("whole")));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void mergeCountsWhatIsStillOpen() throws IOException {
        StubSegmentation.run(request("out").withShard(new Shard(1, 2)));
        assertThat(out("out/summary.csv")).doesNotExist();
        SegmentFolders.Result result = SegmentFolders.merge(request("out"), Progress.SILENT);
        assertThat(result.scans()).isEqualTo(11);
        assertThat(result.before() + result.failed()).isBetween(1L, 10L)
                .isEqualTo(Files.readAllLines(out("out/summary.csv")).size() - 1);
    }

    @Test
    void masksAmongTheScansAreRefused() {
        for (Path output : List.of(scans, scans.resolve("../scans"))) {
            SegmentFolders.Request request = SegmentFolders.Request
                    .of(SegmentScans.Request.of(List.of(scans), folder.resolve("model"), output));
            assertThatThrownBy(() -> StubSegmentation.run(request)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("another output folder");
        }
        SegmentFolders.Request below = SegmentFolders.Request
                .of(SegmentScans.Request.of(List.of(scans), folder.resolve("model"), scans.resolve("masks")));
        assertThat(StubSegmentation.run(below).scans()).isEqualTo(11);
        assertThat(StubSegmentation.run(below.withAgain(SegmentFolders.Again.RESUME)).scans()).isEqualTo(11);
    }

    @Test
    void severalInputsKeepTheirNamesAndMustDiffer() throws IOException {
        write("../more/a/one.png", "other");
        write("../single.png", "single");
        Path out = out("out");
        StubSegmentation.run(SegmentFolders.Request.of(SegmentScans.Request
                .of(List.of(scans, folder.resolve("more"), folder.resolve("single.png")), folder, out)));
        assertThat(tree(out)).containsKeys("scans/a/one.nii.gz", "more/a/one.nii.gz", "single.nii.gz");
        write("other/scans/x.png", "x");
        assertThatThrownBy(() -> StubSegmentation.run(SegmentFolders.Request
                .of(SegmentScans.Request.of(List.of(scans, scans.resolve("other/scans")), folder, out("two")))))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("called scans");
    }

    @Test
    void aFolderWithoutScansLeavesNothing() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> StubSegmentation
                .run(SegmentFolders.Request.of(SegmentScans.Request.of(List.of(empty), folder, out("out")))))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("no scan in");
        assertThat(out("out")).doesNotExist();
    }

    @Test
    void figuresAreInTheFormatOfPrometheus() throws IOException {
        Path file = folder.resolve("metrics/septum.prom");
        StubSegmentation.run(request("out").withMetrics(file));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).contains("septum_scans_expected 11", "septum_scans_total{status=\"done\"} 9",
                "septum_scans_total{status=\"failed\"} 2", "septum_scans_in_progress 0",
                "septum_scan_seconds_total 2.250", "# TYPE septum_scans_total counter");
        assertThat(lines).allMatch(l -> l.matches("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{status=\"[a-z]+\"})? [0-9.]+"));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }
}
