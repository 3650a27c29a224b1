package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ScanFiles;
import org.septum.pipeline.InstalledModels;
import org.septum.pipeline.LearningWishes;
import org.septum.pipeline.NetworkWords;
import org.septum.pipeline.Toys;

import ij.ImagePlus;

/** The commands that work on files, run without a display as scripts run them. */
@Tag("engine")
class FileCommandsTest {

    @TempDir
    private static Path folder;

    private static Context context;

    private static File model;

    private static File scans;

    @BeforeAll
    static void start() throws IOException {
        System.setProperty(InstalledModels.PROPERTY, folder.resolve("installed").toString());
        context = new Context();
        model = Toys.model(folder.resolve("toy")).toFile();
        scans = folder.resolve("scans").toFile();
        for (int i = 1; i <= 2; i++)
            NiftiScanWriter.write(Toys.scan("scan_" + i, i), scans.toPath().resolve("scan_" + i + ".nii.gz"), false);
    }

    @AfterAll
    static void stop() {
        context.dispose();
        System.clearProperty(InstalledModels.PROPERTY);
    }

    private static CommandModule run(Class<? extends Command> command, Object... inputs)
            throws InterruptedException, ExecutionException {
        return context.service(CommandService.class).run(command, true, inputs).get();
    }

    private static void commandLine(String... words) throws ReflectiveOperationException {
        // the only door that does not end Java
        Method run = Class.forName("org.septum.cli.SeptumCli").getDeclaredMethod("run", PrintWriter.class,
                PrintWriter.class, String[].class);
        run.setAccessible(true);
        StringWriter err = new StringWriter();
        Object code = run.invoke(null, new PrintWriter(new StringWriter()), new PrintWriter(err), words);
        assertThat(code).as(err.toString()).isEqualTo(0);
    }

    private static byte[] masks(Path file) {
        return Toys.values(ScanFiles.readMask(file, Toys.LABELS));
    }

    @Test
    void theImageTheFolderAndTheCommandLineGiveTheSameMask()
            throws InterruptedException, ExecutionException, ReflectiveOperationException, IOException {
        File output = folder.resolve("masks").toFile();
        CommandModule module = run(SegmentFolderCommand.class, "input", scans, "model", model, "output", output,
                "device", "cpu");
        assertThat(module.isCanceled()).isFalse();
        assertThat((String) module.getOutput("report")).contains("scan_1", "scan_2", "blob");
        commandLine("segment", scans.toString(), "-m", model.toString(), "-o", folder.resolve("cli").toString(),
                "--device", "cpu");
        for (int i = 1; i <= 2; i++) {
            Path ours = output.toPath().resolve("scan_" + i + ".nii.gz");
            Path theirs = folder.resolve("cli/scan_" + i + ".nii.gz");
            assertThat(Files.readAllBytes(ours)).isEqualTo(Files.readAllBytes(theirs));
            ImagePlus shown = (ImagePlus) run(SegmentCommand.class, "image", Images.of(Toys.scan("scan_" + i, i)),
                    "model", model, "device", "cpu").getOutput("mask");
            assertThat(Images.values(shown)).isEqualTo(masks(theirs));
        }
    }

    @Test
    void masksThatAreThereStayUnlessTheyMayGo() throws InterruptedException, ExecutionException, IOException {
        File output = folder.resolve("kept").toFile();
        Path mine = output.toPath().resolve("scan_1.nii.gz");
        Files.createDirectories(output.toPath());
        Files.writeString(mine, "mine");
        CommandModule module = run(SegmentFolderCommand.class, "input", scans, "model", model, "output", output,
                "device", "cpu");
        assertThat(module.getCancelReason()).contains("scan_1.nii.gz");
        assertThat(mine).hasContent("mine");
        assertThat(output.list()).hasSize(1);
        assertThat(run(SegmentFolderCommand.class, "input", scans, "model", model, "output", output, "device", "cpu",
                "overwrite", true).isCanceled()).isFalse();
        assertThat(masks(mine)).isEqualTo(Toys.values(Toys.mask(Toys.scan("scan_1", 1))));
    }

    @Test
    void aScanThatCannotBeReadDoesNotStopTheOthersAndIsNamed()
            throws InterruptedException, ExecutionException, IOException {
        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        NiftiScanWriter.write(Toys.scan("good", 1), mixed.resolve("good.nii.gz"), false);
        Files.writeString(mixed.resolve("bad.nii.gz"), "no scan");
        CommandModule module = run(SegmentFolderCommand.class, "input", mixed.toFile(), "model", model, "output",
                folder.resolve("mixed_masks").toFile(), "device", "cpu");
        assertThat(module.getCancelReason()).contains("1 of 2 scans", "bad.nii.gz", "the others are written");
        assertThat(folder.resolve("mixed_masks/good.nii.gz")).exists();
        assertThat((String) module.getOutput("report")).contains("FAILED", "good.nii.gz: blob");
    }

    @Test
    void foldersThatCannotBeReadOrWrittenCancelWithAReason()
            throws InterruptedException, ExecutionException, IOException {
        Path file = Files.writeString(folder.resolve("a_file"), "x");
        assertThat(run(SegmentFolderCommand.class, "input", scans, "model", model, "output",
                file.resolve("below").toFile(), "device", "cpu").getCancelReason()).contains("a_file");
        assertThat(run(SegmentFolderCommand.class, "input", folder.resolve("nowhere").toFile(), "model", model,
                "output", folder.resolve("o").toFile()).getCancelReason()).contains("nowhere");
        assertThat(run(SegmentFolderCommand.class, "input", scans, "model", model, "output",
                folder.resolve("o").toFile(), "format", "jpeg").getCancelReason()).contains("jpeg", "nifti");
        assertThat(run(SegmentFolderCommand.class, "input", scans, "model", model, "output",
                folder.resolve("o").toFile(), "phase", "second").getCancelReason()).contains("second", "all");
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @Test
    void installedModelsAreChosenByName() throws InterruptedException, ExecutionException {
        CommandModule module = run(InstallCommand.class, "model", model, "name", "blobs");
        assertThat(module.isCanceled()).isFalse();
        assertThat((String) module.getOutput("report")).contains("blobs is installed");
        assertThat(InstalledModels.of(java.util.Optional.empty()).names()).contains("blobs");
        ImagePlus mask = (ImagePlus) run(SegmentCommand.class, "image", Images.of(Toys.scan("s", 2)), "model", "blobs",
                "device", "cpu").getOutput("mask");
        assertThat(Images.values(mask)).isEqualTo(Toys.values(Toys.mask(Toys.scan("s", 2))));
        assertThat(run(InstallCommand.class, "model", model, "name", "blobs").isCanceled()).isTrue();
        assertThat(run(InstallCommand.class, "model", model, "name", "blobs", "overwrite", true).isCanceled())
                .isFalse();
        assertThat(run(InstallCommand.class, "model", model, "name", "../out").getCancelReason())
                .contains("name \"../out\"");
        assertThat(run(SegmentCommand.class, "image", Images.of(Toys.scan("s", 2)), "model", "blub").getCancelReason())
                .contains("no model at", "blobs");
    }

    @Test
    void aTrainingGivesAModelAndItsScores() throws InterruptedException, ExecutionException, IOException {
        Path dataset = Toys.dataset(folder.resolve("dataset"), 5);
        File output = folder.resolve("trained").toFile();
        CommandModule module = run(TrainCommand.class, "dataset", dataset.toFile(), "output", output, "epochs", 1,
                "device", "cpu", "seed", 1, "check", false);
        assertThat(module.getCancelReason()).isNull();
        assertThat((String) module.getOutput("report")).contains("blob", "epoch 1 of 1 kept");
        assertThat(output.toPath().resolve("rdf.yaml")).exists();
        assertThat(
                run(TrainCommand.class, "dataset", dataset.toFile(), "output", output, "epochs", 1).getCancelReason())
                        .contains("trained");
        assertThat(run(TrainCommand.class, "dataset", dataset.toFile(), "output", folder.resolve("t2").toFile(), "size",
                "wide").getCancelReason()).contains("size \"wide\"");
        assertThat(run(TrainCommand.class, "dataset", folder.resolve("gone").toFile(), "output",
                folder.resolve("t2").toFile()).getCancelReason()).contains("gone");
        assertThat(folder.resolve("t2")).doesNotExist();
    }

    @Test
    void masksAreComparedAndProblemsNamed() throws InterruptedException, ExecutionException, IOException {
        Path dataset = Toys.dataset(folder.resolve("scored"), 2);
        File labels = dataset.resolve("labelsTr").toFile();
        CommandModule module = run(EvaluateCommand.class, "reference", labels, "prediction", labels, "output",
                folder.resolve("scores").toFile());
        assertThat((String) module.getOutput("report")).contains("blob", "1.000", "scores.csv");
        assertThat(folder.resolve("scores/scores.csv")).exists();
        assertThat(run(EvaluateCommand.class, "reference", labels, "prediction", folder.resolve("none").toFile())
                .getCancelReason()).contains("none");
        assertThat(
                run(EvaluateCommand.class, "reference", labels, "prediction", labels, "tolerance", -1.0).isCanceled())
                        .isTrue();
    }

    @Test
    void dataAreDescribed() throws InterruptedException, ExecutionException, IOException {
        CommandModule module = run(CheckCommand.class, "input", scans, "html", folder.resolve("page.html").toFile());
        assertThat((String) module.getOutput("report")).contains("scan_1", "2 looked at, 0 with problems");
        assertThat(module.getOutput("well")).isEqualTo(true);
        assertThat(folder.resolve("page.html")).exists();
        Path bad = Files.createDirectory(folder.resolve("bad"));
        Files.writeString(bad.resolve("x.nii"), "nothing");
        assertThat(run(CheckCommand.class, "input", bad.toFile()).getOutput("well")).isEqualTo(false);
    }

    @Test
    void theDoctorLooksAtEverything() throws InterruptedException, ExecutionException {
        assertThat((String) run(DoctorCommand.class).getOutput("report")).contains("Java", "ONNX Runtime", "Memory");
    }

    private static Stream<CommandInfo> commands() {
        return HelpCommand.all(context.service(CommandService.class)).stream();
    }

    @Test
    void everyCommandIsInTheMenuRunsWithoutADisplayAndForgetsNothingIntoMacros() {
        assertThat(commands().map(c -> c.getMenuPath().getMenuString())).containsExactlyInAnyOrder(
                "Plugins > Septum > Segment...", "Plugins > Septum > Segment Folder...",
                "Plugins > Septum > Train Model...", "Plugins > Septum > Evaluate Masks...",
                "Plugins > Septum > Check Data...", "Plugins > Septum > Install Model...",
                "Plugins > Septum > Compress Model...", "Plugins > Septum > Fine-tune on Corrections...",
                "Plugins > Septum > Explain Segmentation...", "Plugins > Septum > Doctor", "Plugins > Septum > Help");
        commands().forEach(command -> {
            assertThat(command.canRunHeadless()).as(command.getTitle()).isTrue();
            assertThat(command.getDescription()).as(command.getTitle()).isNotBlank();
            for (ModuleItem<?> item : command.inputs()) {
                if (!HelpCommand.isForPeople(item))
                    continue;
                assertThat(item.getName()).matches("[a-z]+");
                assertThat(item.getDescription()).as(item.getName()).isNotBlank();
                assertThat(item.isPersisted()).as(command.getTitle() + " " + item.getName()).isFalse();
            }
        });
    }

    @Test
    void helpAndTheDocumentationNameEveryParameter() throws InterruptedException, ExecutionException, IOException {
        String help = (String) run(HelpCommand.class).getOutput("report");
        String page = Files.readString(Path.of("docs/fiji.md"));
        commands().forEach(command -> {
            assertThat(help).contains(command.getMenuPath().getLeaf().getName());
            assertThat(page).contains(command.getMenuPath().getLeaf().getName().replace("...", "…"));
            for (ModuleItem<?> item : command.inputs()) {
                if (!HelpCommand.isForPeople(item))
                    continue;
                assertThat(help).contains("  " + item.getName() + ": ");
                assertThat(page).as(command.getTitle()).contains("`" + item.getName() + "`");
            }
        });
    }

    @Test
    void choicesAreTheWordsOfTheCommandLine() {
        CommandInfo train = context.service(CommandService.class).getCommand(TrainCommand.class);
        Map<String, List<String>> words = Map.of("network", NetworkWords.networks(), "attention",
                NetworkWords.attentions(), "norm", NetworkWords.normalizations(), "activation",
                NetworkWords.activations(), "optimizer", LearningWishes.optimizers(), "schedule",
                LearningWishes.schedules(), "loss", LearningWishes.losses());
        words.forEach((name, expected) -> {
            List<?> choices = train.getInput(name).getChoices();
            assertThat(choices.get(0)).isEqualTo(Words.AUTO);
            assertThat(choices.subList(1, choices.size())).as(name).isEqualTo(expected);
        });
    }
}
