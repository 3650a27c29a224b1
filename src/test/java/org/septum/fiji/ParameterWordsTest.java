package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;

class ParameterWordsTest {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern LEAK = Pattern.compile("(?<!gdcmconv )(?<![\\w-])--[a-z]");

    private static Context context;

    @BeforeAll
    static void start() {
        context = new Context(CommandService.class);
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    private static List<ParameterWords> words() {
        List<ParameterWords> words = HelpCommand.all(context.service(CommandService.class)).stream()
                .map(CommandInfo::getDelegateClassName).map(ParameterWordsTest::loaded).map(ParameterWords::of)
                .toList();
        assertThat(words).hasSizeGreaterThan(8);
        return words;
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            m.training holds an unfinished training; go on with --resume, or drop it with --overwrite|\
            m.training holds an unfinished training; go on with "Go on" (resume=true), or drop it with "Replace" \
            (overwrite=true)
            a fold needs at least 2: train with --fold none|a fold needs at least 2: train with fold=none
            train all the same with --no-check|train all the same with "Check the data" (check=false)
            give a time with --budget, such as --budget 60m|give a time with budget, such as budget=60
            such as --budget 2h|such as budget=120
            if memory ran out use --device cpu, a smaller batch|if memory ran out use device=cpu, a smaller batch
            give --dims 2 as well, or leave --size out|give dims=2 as well, or leave size out
            See all with: septum check /data/set 1; or|See all with: Check Data... input=/data/set 1; or
            or look for NaN with septum check|or look for NaN with Check Data...
            septum check /d --fix DIR|Check Data... input=/d fix=DIR
            with septum compress -m MODEL -d DATASET --method int8 -o OTHER, where|\
            with Compress Model... model=MODEL dataset=DATASET method=int8 output=OTHER, where
            make a new plan with septum plan|make a new plan with "plan" of Septum's command line
            check with: septum doctor|check with: Doctor
            for example with gdcmconv --raw|for example with gdcmconv --raw
            go on with --shard 1/2|go on with shard (an option of Septum's command line) 1/2
            septum version 1 -- and no option at all|septum version 1 -- and no option at all""")
    void optionsOfTheCommandLineBecomeParameters(String said, String expected) {
        assertThat(ParameterWords.of(TrainCommand.class).of(said)).isEqualTo(expected);
    }

    @Test
    void whatACommandLacksIsSaidWithTheWordsOfTheOneThatHasIt() {
        assertThat(ParameterWords.of(SegmentCommand.class).of("choose one with --series 1 to --series 5"))
                .isEqualTo("choose one with series=1 to series=5");
        assertThat(ParameterWords.of(SegmentCommand.class).of("test-time augmentation (--tta)"))
                .isEqualTo("test-time augmentation (\"Test-time augmentation\" (tta=true))");
    }

    @Test
    void noOptionOfTheCommandLineGetsThroughToAnyCommand() throws ReflectiveOperationException {
        Set<String> options = options();
        assertThat(options).contains("--overwrite", "--no-check", "--pixel-size", "--shard").hasSizeGreaterThan(60);
        for (ParameterWords words : words())
            for (String option : options)
                for (String after : List.of("", " none", " 3", ", or not", "=x"))
                    assertThat(words.of("do it with " + option + after)).doesNotContain("--");
    }

    /** Of every verb: what its help shows. */
    private static Set<String> options() throws ReflectiveOperationException {
        Set<String> options = new TreeSet<>();
        for (String verb : List.of("segment", "train", "plan", "check", "compress", "explain", "evaluate", "measure",
                "bench", "networks", "demo", "ablation")) {
            Matcher option = Pattern.compile("--[a-z][a-z-]*").matcher(help(verb, "--help"));
            while (option.find())
                options.add(option.group());
        }
        return options;
    }

    private static String help(String... words) throws ReflectiveOperationException {
        // the only door that does not end Java
        Method run = Class.forName("org.septum.cli.SeptumCli").getDeclaredMethod("run", PrintWriter.class,
                PrintWriter.class, String[].class);
        run.setAccessible(true);
        StringWriter out = new StringWriter();
        run.invoke(null, new PrintWriter(out), new PrintWriter(out), words);
        return out.toString();
    }

    /** Every text in the source outside the command line and what writes scripts for a cluster. */
    @Test
    void noMessageThatIsInTheSourceNamesAnOptionOrAVerb() throws IOException {
        List<String> texts = texts();
        assertThat(texts).anyMatch(t -> t.contains("--resume")).anyMatch(t -> t.contains("septum check"));
        for (ParameterWords words : words())
            for (String text : texts) {
                String said = words.of(text);
                assertThat(LEAK.matcher(said).find()).as(said).isFalse();
                assertThat(said)
                        .doesNotContainPattern("septum (check|plan|train|segment|compress|doctor|model [a-z]+)");
            }
    }

    private static List<String> texts() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/org/septum"))) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> !f.toString().matches(".*(/cli/|/cluster/|Slurm|ModelReadme|CompareAttention).*"))
                    .flatMap(ParameterWordsTest::texts).toList();
        }
    }

    private static Stream<String> texts(Path file) {
        try {
            return TEXT.matcher(Files.readString(file)).results().map(m -> m.group(1))
                    .filter(t -> t.contains("--") || t.contains("septum "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
