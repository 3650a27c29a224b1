package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.TextField;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.septum.cli.SeptumCli;
import org.septum.fiji.Images;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;

/** One scan and one model through every door: the masks are equal to the byte. */
@Tag("display")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SameMaskTest {

    private static final Path SCAN = Path.of("sample-data/scans/brain_ometiff.ome.tif").toAbsolutePath();

    private static final Path MODEL = Path.of("sample-data/models/hippocampus").toAbsolutePath();

    private static final String MASK = "brain_ometiff.ome mask";

    @TempDir
    private static Path folder;

    private static PlainImageJ hands;

    /** Of the menu, which comes first. */
    private static byte[] expected;

    @BeforeAll
    static void start() {
        hands = PlainImageJ.get();
    }

    private static byte[] taken() {
        ImagePlus mask = PlainImageJ.await("mask", () -> Stream.ofNullable(WindowManager.getImage(MASK)).findFirst());
        byte[] values = Images.values(mask);
        mask.close();
        return values;
    }

    private static ImagePlus open() {
        ImagePlus image = IJ.openImage(SCAN.toString());
        EventQueue.invokeLater(image::show);
        PlainImageJ.awaitTrue("image", () -> WindowManager.getCurrentImage() == image);
        return image;
    }

    @Test
    @Order(1)
    void menu() {
        ImagePlus image = open();
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        boolean isList = PlainImageJ.labels(dialog).contains("Model file:");
        PlainImageJ.field(dialog, isList ? "Model file:" : "Model:", TextField.class).setText(MODEL.toString());
        hands.press(dialog, "OK");
        expected = taken();
        PlainImageJ.awaitTrue("end", () -> !image.isLocked());
        image.close();
        assertThat(expected).hasSize(40 * 52 * 36).contains(1, 2);
    }

    @Test
    @Order(2)
    void macroWithMenus() {
        ImagePlus image = open();
        IJ.runMacro("run('Segment...', 'model=[" + MODEL + "] device=cpu');");
        assertThat(taken()).isEqualTo(expected);
        image.close();
    }

    @Test
    @Order(3)
    void macroInBatchMode() {
        String values = new Interpreter().eval("setBatchMode(true); open('" + SCAN + "'); run('Segment...', 'model=["
                + MODEL + "]'); saveAs('tiff', '" + folder.resolve("batch.tif") + "'); getTitle()");
        assertThat(values).isEqualTo("batch.tif");
        assertThat(Images.values(IJ.openImage(folder.resolve("batch.tif").toString()))).isEqualTo(expected);
    }

    @Test
    @Order(4)
    void scriptThroughTheModuleService() throws InterruptedException, ExecutionException {
        Module module = SciJava.get().service(ModuleService.class).run(SciJava.get().command("Segment..."), true,
                "image", IJ.openImage(SCAN.toString()), "model", MODEL.toString()).get();
        assertThat(Images.values((ImagePlus) module.getOutput("mask"))).isEqualTo(expected);
    }

    @Test
    @Order(5)
    void folderCommand() throws IOException {
        SeptumPlugIn.call("Segment Folder...",
                "input=[" + SCAN + "] model=[" + MODEL + "] output=[" + folder.resolve("folder") + "] format=ome-tiff");
        assertThat(written("folder")).isEqualTo(expected);
    }

    @Test
    @Order(6)
    void commandLine() throws IOException, InterruptedException {
        File log = folder.resolve("log.txt").toFile();
        int code = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path"), SeptumCli.class.getName(),
                "segment", SCAN.toString(), "-m", MODEL.toString(), "-o", folder.resolve("cli").toString(), "--format",
                "ome-tiff")).redirectErrorStream(true).redirectOutput(log).start().waitFor();
        assertThat(code).as(Files.readString(log.toPath())).isZero();
        assertThat(written("cli")).isEqualTo(expected);
    }

    private static byte[] written(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            Path file = files.filter(f -> f.toString().endsWith(".ome.tif")).findFirst().orElseThrow();
            return Images.values(IJ.openImage(file.toString()));
        }
    }

    /** ImageJ as people have it: Septum's jars in its folder, nothing else on the class path. */
    @Test
    @Order(7)
    void installedInImageJ() throws IOException, InterruptedException {
        Path home = Path.of("target", "ImageJ").toAbsolutePath();
        Assumptions.assumeTrue(Files.isDirectory(home), "make imagej1 has not put ImageJ's folder together");
        Path macro = folder.resolve("macro.ijm");
        Path done = folder.resolve("done.txt");
        Files.writeString(macro, "open('" + SCAN + "'); run('Segment...', 'model=[" + MODEL + "]'); saveAs('tiff', '"
                + folder.resolve("installed.tif") + "'); File.saveString('done', '" + done + "');");
        String imagej = Path.of(IJ.class.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
        File log = folder.resolve("imagej.txt").toFile();
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", imagej, "-Dplugins.dir=" + home, "ij.ImageJ", "-port0", "-macro", macro.toString()))
                        .redirectErrorStream(true).redirectOutput(log).start();
        // ImageJ stays open behind a macro
        for (int i = 0; i < 600 && process.isAlive() && !Files.exists(done); i++)
            Thread.sleep(500);
        process.destroyForcibly().waitFor();
        assertThat(folder.resolve("installed.tif")).as(Files.readString(log.toPath())).exists();
        assertThat(Images.values(IJ.openImage(folder.resolve("installed.tif").toString()))).isEqualTo(expected);
    }
}
