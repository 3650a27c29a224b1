package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Checkbox;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.TextField;
import java.awt.event.KeyEvent;
import java.awt.event.WindowEvent;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.command.CommandInfo;
import org.scijava.prefs.PrefService;
import org.septum.fiji.HelpCommand;
import org.septum.fiji.Images;
import org.septum.pipeline.Toys;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.plugin.frame.Recorder;
import ij.plugin.frame.RoiManager;
import ij.process.FloatProcessor;

/** Septum in plain ImageJ 1, used as people do: menu, dialog, buttons, keys. */
@Tag("display")
class UserInterfaceTest {

    @TempDir
    private static Path folder;

    private static PlainImageJ hands;

    private static String model;

    @BeforeAll
    static void start() {
        hands = PlainImageJ.get();
        model = Toys.model(folder.resolve("toy")).toString();
    }

    @BeforeEach
    @AfterEach
    void tidy() {
        // dialogs begin as they were filled in last
        PrefService memory = SciJava.get().service(PrefService.class);
        SciJava.get().commands().forEach(c -> memory.clear(owner(c)));
        PlainImageJ.awaitTrue("quiet", () -> {
            PlainImageJ.dialogs().forEach(d -> d.dispatchEvent(new WindowEvent(d, WindowEvent.WINDOW_CLOSING)));
            return PlainImageJ.dialogs().findAny().isEmpty();
        });
        for (String title : WindowManager.getImageTitles()) {
            ImagePlus image = WindowManager.getImage(title);
            image.changes = false;
            image.close();
        }
        for (Frame frame : WindowManager.getNonImageWindows())
            if (!(frame instanceof ij.plugin.frame.Editor) && frame != hands.window())
                EventQueue.invokeLater(frame::dispose);
        ResultsTable.getResultsTable().reset();
        if (RoiManager.getInstance() != null)
            RoiManager.getInstance().reset();
    }

    private static Class<?> owner(CommandInfo command) {
        try {
            return command.loadDelegateClass();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static ImagePlus open(long seed) {
        ImagePlus image = Images.of(Toys.scan("toy", seed));
        EventQueue.invokeLater(image::show);
        PlainImageJ.awaitTrue("image", () -> WindowManager.getCurrentImage() == image);
        return image;
    }

    private static ImagePlus result(String title) {
        return PlainImageJ.await(title, () -> Stream.ofNullable(WindowManager.getImage(title)).findFirst());
    }

    private static void choose(Dialog dialog, String path) {
        boolean isList = PlainImageJ.components(dialog).stream()
                .anyMatch(c -> c instanceof java.awt.Label l && l.getText().equals("Model file:"));
        PlainImageJ.field(dialog, isList ? "Model file:" : "Model:", TextField.class).setText(path);
    }

    @Test
    void theMenuHasEveryCommand() {
        assertThat(hands.plugins("Septum")).containsAll(SciJava.get().commands().stream().map(SciJava::name).toList())
                .startsWith("Segment...");
    }

    @Test
    void everyDialogHasAFieldForEachParameterAndFitsOnASmallScreen() {
        for (CommandInfo command : SciJava.get().commands()) {
            String name = SciJava.name(command);
            if (!name.endsWith("..."))
                continue;
            hands.menu("Plugins", "Septum", name);
            Dialog dialog = hands.dialog("Septum: " + name.replace("...", ""));
            PlainImageJ.shot("dialog-" + name.replaceAll("\\W+", "-"));
            command.inputs().forEach(item -> {
                if (HelpCommand.isForPeople(item))
                    assertThat(PlainImageJ.labels(dialog)).as(name)
                            .anyMatch(l -> l.replace(":", "").equals(item.getLabel().replaceAll(" \\(.*\\)", ""))
                                    || l.replace(":", "").equals(item.getLabel()));
            });
            assertThat(dialog.getWidth()).as(name).isLessThanOrEqualTo(640);
            assertThat(dialog.getHeight()).as(name).isLessThanOrEqualTo(640);
            hands.press(dialog, "Cancel");
            PlainImageJ.awaitTrue("end of " + name, () -> !dialog.isShowing());
        }
    }

    @Test
    void aScanIsSegmentedThroughMenuAndDialogAndWhatWasThereStays() {
        ImagePlus image = open(1);
        image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
        RoiManager manager = RoiManager.getRoiManager();
        manager.addRoi(new Roi(5, 5, 5, 5));
        ResultsTable.getResultsTable().incrementCounter();
        ResultsTable.getResultsTable().addValue("mine", 5);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        choose(dialog, model);
        PlainImageJ.field(dialog, "ROI Manager", Checkbox.class).setState(true);
        PlainImageJ.field(dialog, "Quality", Checkbox.class).setState(true);
        PlainImageJ.shot("segment");
        hands.press(dialog, "OK");
        ImagePlus mask = result("toy mask");
        PlainImageJ.awaitTrue("selections", () -> manager.getCount() > 1 && !image.isLocked());
        PlainImageJ.shot("segmented");
        assertThat(Images.values(mask)).isEqualTo(Toys.values(Toys.mask(Toys.scan("toy", 1))));
        assertThat(image.getOverlay().size()).isGreaterThan(1);
        assertThat(manager.getRoi(0).getBounds().width).isEqualTo(5);
        assertThat(ResultsTable.getResultsTable().getValue("mine", 0)).isEqualTo(5);
        assertThat(ResultsTable.getResultsTable().getStringValue("Class", 1)).isEqualTo("blob");
        assertThat(ResultsTable.getResultsTable().getStringValue("Look at it", 1)).isEqualTo("no");
        assertThat(ResultsTable.getResultsTable().getStringValue("Look at it", 0)).isEmpty();
        // the mask is in front now
        hands.menu("Edit", "Undo");
        PlainImageJ.awaitTrue("undo", () -> image.getOverlay().size() == 1);
        assertThat(image.getOverlay().get(0).getBounds().width).isEqualTo(3);
    }

    @Test
    void theRecorderWritesALineThatDoesTheSameAgain() {
        Recorder recorder = recorder();
        ImagePlus image = open(2);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        choose(dialog, model);
        PlainImageJ.field(dialog, "Overlap of tiles:", TextField.class).setText("0.25");
        PlainImageJ.field(dialog, "Overlay", Checkbox.class).setState(false);
        hands.press(dialog, "OK");
        byte[] first = Images.values(result("toy mask"));
        String line = PlainImageJ.await("a line",
                () -> recorder.getText().lines().filter(l -> l.startsWith("run(\"Segment...\", \"")).findFirst());
        recorder.close();
        Map<String, String> words = MacroOptions.parse(line.substring(19, line.length() - 3));
        assertThat(words).containsEntry("overlap", "0.25").containsEntry("overlay", "false")
                .containsEntry("device", "auto").containsEntry("quality", "false").containsValue(model)
                .doesNotContainKey("image");
        result("toy mask").close();
        WindowManager.setCurrentWindow(image.getWindow());
        IJ.runMacro(line);
        assertThat(Images.values(result("toy mask"))).isEqualTo(first);
        assertThat(image.getOverlay()).isNull();
    }

    @Test
    void aDialogBeginsAsItWasFilledInLast() {
        open(1);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        choose(dialog, model);
        PlainImageJ.field(dialog, "Table", Checkbox.class).setState(false);
        hands.press(dialog, "OK");
        result("toy mask");
        hands.menu("Plugins", "Septum", "Segment...");
        PlainImageJ.awaitTrue("end of the first", () -> !dialog.isShowing());
        Dialog next = hands.dialog("Septum: Segment");
        assertThat(PlainImageJ.field(next, "Table", Checkbox.class).getState()).isFalse();
        assertThat(PlainImageJ.field(next, "Overlay", Checkbox.class).getState()).isTrue();
        hands.press(next, "Cancel");
        PlainImageJ.awaitTrue("end", () -> !next.isShowing());
        assertThat(ResultsTable.getResultsTable().size()).isZero();
    }

    private static Recorder recorder() {
        hands.menu("Plugins", "Macros", "Record...");
        return PlainImageJ.await("recorder", () -> Stream.ofNullable(Recorder.getInstance()).findFirst());
    }

    @Test
    void aFieldThatIsEmptyIsAskedForAgainAndTheOthersKeepWhatTheySay() {
        open(1);
        hands.menu("Plugins", "Septum", "Segment Folder...");
        Dialog dialog = hands.dialog("Septum: Segment Folder");
        PlainImageJ.field(dialog, "Input:", TextField.class).setText("/scans");
        PlainImageJ.field(dialog, "Output:", TextField.class).setText("");
        hands.press(dialog, "OK");
        Dialog message = hands.dialog("Septum");
        PlainImageJ.shot("missing");
        assertThat(PlainImageJ.text(message)).contains("is missing");
        hands.press(message, "OK");
        Dialog again = hands.dialog("Septum: Segment Folder");
        assertThat(PlainImageJ.field(again, "Input:", TextField.class).getText()).isEqualTo("/scans");
        hands.press(again, "Cancel");
        PlainImageJ.awaitTrue("end", () -> PlainImageJ.dialogs().findAny().isEmpty());
    }

    @Test
    void anErrorIsOneDialogAndTheImageIsFree() {
        ImagePlus image = open(1);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        choose(dialog, folder.resolve("gone").toString());
        hands.press(dialog, "OK");
        Dialog message = hands.dialog("Septum");
        PlainImageJ.shot("error");
        assertThat(PlainImageJ.text(message)).contains("no model at").contains("gone");
        assertThat(PlainImageJ.dialogs()).hasSize(1);
        hands.press(message, "OK");
        PlainImageJ.awaitTrue("end", () -> PlainImageJ.dialogs().findAny().isEmpty());
        assertThat(image.isLocked()).isFalse();
        assertThat(image.getOverlay()).isNull();
        assertThat(WindowManager.getImageCount()).isEqualTo(1);
    }

    @Test
    void anErrorEndsTheMacro() {
        open(1);
        new Thread(() -> IJ.runMacro("run('Segment...', 'modle=x'); newImage('after', '8-bit', 9, 9, 1);")).start();
        Dialog message = PlainImageJ.await("message", () -> PlainImageJ.dialogs().findFirst());
        PlainImageJ.shot("macro-error");
        assertThat(PlainImageJ.text(message)).contains("has no parameter");
        message.dispose();
        IJ.wait(500);
        assertThat(WindowManager.getImage("after")).isNull();
    }

    /** A run of some seconds, in which the window answers, the bar moves, and Esc ends it. */
    @Test
    void escEndsARunWithinASecondAndLeavesNothing() throws InterruptedException, InvocationTargetException {
        ImageStack stack = new ImageStack(300, 300);
        for (int z = 0; z < 400; z++)
            stack.addSlice(new FloatProcessor(300, 300));
        ImagePlus image = new ImagePlus("large", stack);
        EventQueue.invokeLater(image::show);
        PlainImageJ.awaitTrue("image", () -> WindowManager.getCurrentImage() == image);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        choose(dialog, model);
        PlainImageJ.field(dialog, "Leave out air", Checkbox.class).setState(false);
        hands.press(dialog, "OK");
        PlainImageJ.awaitTrue("progress", () -> PlainImageJ.status().startsWith("Septum: "));
        long slowest = 0;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            EventQueue.invokeAndWait(() -> {
            });
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1_000_000);
            IJ.wait(20);
        }
        PlainImageJ.shot("progress");
        assertThat(image.isLocked()).isTrue();
        hands.click(image.getCanvas());
        long pressed = System.nanoTime();
        hands.key(KeyEvent.VK_ESCAPE);
        PlainImageJ.awaitTrue("end", () -> !image.isLocked());
        long ended = (System.nanoTime() - pressed) / 1_000_000;
        System.getLogger(UserInterfaceTest.class.getName()).log(System.Logger.Level.INFO,
                "Esc ended the run after " + ended + " ms; the window answered within " + slowest + " ms");
        IJ.wait(300);
        PlainImageJ.shot("stopped");
        assertThat(ended).isLessThan(1500);
        assertThat(slowest).isLessThan(1000);
        assertThat(image.getOverlay()).isNull();
        assertThat(WindowManager.getImageCount()).isEqualTo(1);
        assertThat(PlainImageJ.dialogs()).isEmpty();
        assertThat(ResultsTable.getResultsTable().size()).isZero();
    }

    @Test
    void reportsComeInAWindow() {
        hands.menu("Plugins", "Septum", "Doctor");
        Frame window = PlainImageJ.await("report", () -> Arrays.stream(WindowManager.getNonImageWindows())
                .filter(f -> f.getTitle().equals("Septum: Doctor")).findFirst());
        PlainImageJ.shot("doctor");
        assertThat(((ij.text.TextWindow) window).getTextPanel().getText()).contains("Java");
    }
}
