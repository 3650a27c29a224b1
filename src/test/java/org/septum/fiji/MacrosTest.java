package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.module.ModuleService;
import org.scijava.script.ScriptInfo;
import org.septum.pipeline.Toys;

import ij.measure.ResultsTable;

/**
 * The macros in {@code plugins}, each run from its first line to its last by ImageJ's own interpreter; SciJava answers
 * their questions.
 */
@Tag("engine")
class MacrosTest {

    @TempDir
    private static Path folder;

    private static Context context;

    @BeforeAll
    static void start() throws IOException, ReflectiveOperationException {
        context = new Context();
        CommandFromMacro.enter(context);
        Toys.model(folder.resolve("toy"));
        Toys.dataset(folder.resolve("toys"), 5);
    }

    @AfterAll
    static void stop() throws ReflectiveOperationException {
        CommandFromMacro.leave();
        context.dispose();
    }

    /** Runs a macro with answers to its questions; gives the commands that it ran. */
    private static List<CommandModule> run(String macro, Map<String, Object> answers)
            throws IOException, InterruptedException, ExecutionException {
        try (Reader text = Files.newBufferedReader(Path.of("plugins", macro))) {
            ScriptInfo info = new ScriptInfo(context, macro, text);
            info.setLanguage(new MacroLanguage());
            Map<String, Object> asked = new HashMap<>(answers);
            List<String> questions = new ArrayList<>();
            info.inputs().forEach(item -> questions.add(item.getName()));
            assertThat(questions).as(macro + " asks").isNotEmpty().isSubsetOf(answers.keySet());
            asked.keySet().retainAll(questions);
            context.service(ModuleService.class).run(info, true, asked).get();
        }
        List<CommandModule> ran = CommandFromMacro.ran();
        assertThat(ran).isNotEmpty();
        return ran;
    }

    private static Map<String, Object> answers(String output) {
        Map<String, Object> answers = new HashMap<>();
        answers.put("input", folder.resolve("toys/imagesTr").toString());
        answers.put("dataset", folder.resolve("toys").toString());
        answers.put("model", folder.resolve("toy").toString());
        answers.put("output", folder.resolve(output).toString());
        return answers;
    }

    @Test
    void aFolderIsSegmented() throws IOException, InterruptedException, ExecutionException {
        assertThat(run("Septum_Segment_Folder.ijm", answers("masks")).get(0).getCancelReason()).isNull();
        try (Stream<Path> files = Files.list(folder.resolve("masks"))) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".nii.gz"))).hasSize(5);
        }
    }

    @Test
    void theOpenImageIsSegmentedAndMeasured() throws IOException, InterruptedException, ExecutionException {
        int before = ResultsTable.getResultsTable().size();
        CommandFromMacro.open(Images.of(Toys.scan("open", 1)));
        assertThat(run("Septum_Segment_and_Measure.ijm", answers("t.csv")).get(0).getCancelReason()).isNull();
        assertThat(ResultsTable.getResultsTable().size()).isEqualTo(before + 1);
        assertThat(folder.resolve("t.csv")).content().contains("blob");
    }

    /** One study, one folder that holds none, and a second run that finds the study done. */
    @Test
    void studiesAreSegmentedOneAfterTheOther() throws IOException, InterruptedException, ExecutionException {
        Path studies = folder.resolve("studies");
        copy(Path.of("sample-data/scans/brain_dicom"), studies.resolve("a study"));
        Files.createDirectories(studies.resolve("empty"));
        Map<String, Object> answers = answers("of studies");
        answers.put("input", studies.toString());
        answers.put("series", "");
        List<CommandModule> first = run("Septum_Segment_DICOM_Series.ijm", answers);
        assertThat(first).extracting(CommandModule::getCancelReason).hasSize(2).startsWith((String) null).last()
                .asString().contains("empty");
        try (Stream<Path> masks = Files.list(folder.resolve("of studies").resolve("a study"))) {
            assertThat(masks.map(m -> m.getFileName().toString()).filter(m -> m.startsWith("a study")))
                    .anyMatch(m -> m.endsWith(".dcm")).anyMatch(m -> m.endsWith(".nii.gz"));
        }
        assertThat(run("Septum_Segment_DICOM_Series.ijm", answers)).hasSize(1);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList())
                Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /** A night is too long for a test: what is wrong with the words shows before the first step. */
    @Test
    void aTrainingIsSetUp() throws IOException, InterruptedException, ExecutionException {
        Map<String, Object> answers = answers("trained");
        answers.put("minutes", 600);
        answers.put("dataset", folder.resolve("gone").toString());
        List<CommandModule> calls = run("Septum_Train_Overnight.ijm", answers);
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).getInput("budget")).isEqualTo(600);
        assertThat(calls.get(1).getCancelReason()).contains("gone");
    }

    @Test
    void aModelIsCompressed() throws IOException, InterruptedException, ExecutionException {
        assertThat(run("Septum_Compress.ijm", answers("small")).get(0).getOutput("receipt").toString())
                .contains("written to");
        assertThat(folder.resolve("small/rdf.yaml")).exists();
    }
}
