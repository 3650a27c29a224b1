package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.pipeline.Toys;

import ij.measure.ResultsTable;

/**
 * The macros in {@code plugins}: the calls of Septum's commands in them are run, with their words as texts. The rest of
 * a macro (questions, saving) is ImageJ's, whose {@code run} needs its menus and with them a display.
 */
@Tag("engine")
class MacrosTest {

    private static final Pattern CALL = Pattern.compile("run\\(\"([^\"]+)\", (.*)\\);");

    private static final Pattern OPTION = Pattern.compile("(\\w+)=(?:\\[([^\\]]*)\\]|(\\S+))");

    private static final Pattern QUESTION = Pattern.compile("#@ (?:File|Integer) \\(.*\\) (\\w+)");

    @TempDir
    private static Path folder;

    private static Context context;

    @BeforeAll
    static void start() throws IOException {
        context = new Context();
        Toys.model(folder.resolve("toy"));
        Toys.dataset(folder.resolve("toys"), 5);
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    /** Runs a macro with answers to its questions; gives what came of its calls. */
    private static List<CommandModule> run(String macro, Map<String, String> answers, Object... more)
            throws IOException, InterruptedException, ExecutionException {
        String text = Files.readString(Path.of("plugins", macro));
        Matcher question = QUESTION.matcher(text);
        while (question.find())
            assertThat(answers).as(macro + " asks for").containsKey(question.group(1));
        List<CommandModule> results = new ArrayList<>();
        Matcher call = CALL.matcher(text);
        while (call.find()) {
            CommandInfo info = HelpCommand.all(context.service(CommandService.class)).stream()
                    .filter(c -> c.getMenuPath().getLeaf().getName().equals(call.group(1))).findFirst().orElseThrow();
            String options = Stream.of(call.group(2).split(" \\+ "))
                    .map(part -> part.startsWith("\"") ? part.substring(1, part.length() - 1) : answers.get(part))
                    .collect(Collectors.joining());
            List<Object> inputs = new ArrayList<>(List.of(more));
            Matcher option = OPTION.matcher(options);
            while (option.find()) {
                assertThat(info.getInput(option.group(1))).as(option.group()).isNotNull();
                inputs.add(option.group(1));
                inputs.add(option.group(2) == null ? option.group(3) : option.group(2));
            }
            results.add(context.service(CommandService.class).run(info, true, inputs.toArray()).get());
        }
        assertThat(results).isNotEmpty();
        return results;
    }

    private static Map<String, String> answers(String output) {
        Map<String, String> answers = new HashMap<>();
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
        assertThat(run("Septum_Segment_and_Measure.ijm", answers("t.csv"), "image", Images.of(Toys.scan("open", 1)))
                .get(0).getCancelReason()).isNull();
        assertThat(ResultsTable.getResultsTable().size()).isEqualTo(before + 1);
    }

    /** A night is too long for a test: what is wrong with the words shows before the first step. */
    @Test
    void aTrainingIsSetUp() throws IOException, InterruptedException, ExecutionException {
        Map<String, String> answers = answers("trained");
        answers.put("minutes", "600");
        answers.put("dataset", folder.resolve("gone").toString());
        List<CommandModule> calls = run("Septum_Train_Overnight.ijm", answers);
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).getInput("budget")).isEqualTo(600);
        assertThat(calls.get(1).getCancelReason()).contains("gone");
    }

    /** What a correction needs is asked for; a model that is gone shows before anything is written. */
    @Test
    void aCorrectionIsLearnt() throws IOException, InterruptedException, ExecutionException {
        Map<String, String> answers = answers("corrected");
        answers.put("model", folder.resolve("gone").toString());
        answers.put("corrections", folder.resolve("corrections").toString());
        answers.put("minutes", "5");
        CommandModule call = run("Septum_Correct_and_Learn.ijm", answers, "image", Images.of(Toys.scan("open", 1)))
                .get(0);
        assertThat(call.getInput("budget")).isEqualTo(5);
        assertThat(call.getCancelReason()).contains("no model at", "gone");
        assertThat(folder.resolve("corrections")).doesNotExist();
    }

    @Test
    void aModelIsCompressed() throws IOException, InterruptedException, ExecutionException {
        assertThat(run("Septum_Compress.ijm", answers("small")).get(0).getOutput("receipt").toString())
                .contains("written to");
        assertThat(folder.resolve("small/rdf.yaml")).exists();
    }
}
