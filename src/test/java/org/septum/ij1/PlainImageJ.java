package org.septum.ij1;

import java.awt.AWTException;
import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Dimension;
import java.awt.EventQueue;
import java.awt.GraphicsEnvironment;
import java.awt.Label;
import java.awt.Menu;
import java.awt.MenuItem;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Assumptions;

import ij.IJ;
import ij.ImageJ;
import ij.Menus;
import ij.gui.MultiLineLabel;

/** ImageJ 1 with Septum's jar in its plugins folder, and hands that use it: menus, dialogs, buttons, pictures of it. */
final class PlainImageJ {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static PlainImageJ instance;

    private final Robot robot;

    private final ImageJ imagej;

    private PlainImageJ() throws AWTException, IOException {
        robot = new Robot();
        Path plugins = Path.of("target", "imagej1", "plugins").toAbsolutePath();
        Files.createDirectories(plugins);
        jar(plugins.resolve("Septum_ImageJ1.jar"));
        System.setProperty("plugins.dir", plugins.getParent().toString());
        imagej = new ImageJ(ImageJ.EMBEDDED);
    }

    /** The jar as it is shipped, but for the classes, which are those on the class path. */
    private static void jar(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("plugins.config"));
            zip.write(Files.readAllBytes(Path.of("src", "main", "imagej1", "plugins.config")));
        }
    }

    /** The one of this Java; tests are skipped where there is no display. */
    static synchronized PlainImageJ get() {
        Assumptions.assumeFalse(GraphicsEnvironment.isHeadless(), "there is no display; make test-ui brings one");
        try {
            if (instance == null)
                instance = new PlainImageJ();
            return instance;
        } catch (AWTException | IOException e) {
            throw new AssertionError(e);
        }
    }

    ImageJ window() {
        return imagej;
    }

    /** Chooses an item of the menu, as a click does. */
    void menu(String... path) {
        Menu menu = IntStream.range(0, Menus.getMenuBar().getMenuCount()).mapToObj(Menus.getMenuBar()::getMenu)
                .filter(m -> m.getLabel().equals(path[0])).findFirst().orElseThrow();
        MenuItem item = menu;
        for (int i = 1; i < path.length; i++)
            item = items((Menu) item, path[i]).findFirst().orElseThrow();
        MenuItem chosen = item;
        EventQueue.invokeLater(() -> chosen
                .dispatchEvent(new ActionEvent(chosen, ActionEvent.ACTION_PERFORMED, chosen.getActionCommand())));
    }

    private static Stream<MenuItem> items(Menu menu, String label) {
        return IntStream.range(0, menu.getItemCount()).mapToObj(menu::getItem).filter(m -> m.getLabel().equals(label));
    }

    /** Labels of the items of a menu in the menu Plugins. */
    List<String> plugins(String submenu) {
        Menu plugins = IntStream.range(0, Menus.getMenuBar().getMenuCount()).mapToObj(Menus.getMenuBar()::getMenu)
                .filter(m -> m.getLabel().equals("Plugins")).findFirst().orElseThrow();
        Menu menu = (Menu) items(plugins, submenu).findFirst().orElseThrow();
        return IntStream.range(0, menu.getItemCount()).mapToObj(i -> menu.getItem(i).getLabel())
                .collect(Collectors.toList());
    }

    /** Waits for something that comes, two minutes at most: other programs may keep the machine busy. */
    static <T> T await(String what, Supplier<Optional<T>> look) {
        for (long end = System.nanoTime() + 120_000_000_000L; System.nanoTime() < end; IJ.wait(20)) {
            Optional<T> found = look.get();
            if (found.isPresent())
                return found.get();
        }
        shot("failed");
        throw new AssertionError(
                what + " did not come within two minutes; there are: " + Arrays.stream(Window.getWindows())
                        .filter(Window::isVisible).map(Window::toString).collect(Collectors.joining("\n")));
    }

    static void awaitTrue(String what, Supplier<Boolean> look) {
        await(what, () -> look.get() ? Optional.of(true) : Optional.empty());
    }

    /** The dialog in view with a title. */
    Dialog dialog(String title) {
        return await("dialog " + title, () -> dialogs().filter(d -> d.getTitle().equals(title)).findFirst());
    }

    static Stream<Dialog> dialogs() {
        return Arrays.stream(Window.getWindows()).filter(Window::isShowing).filter(Dialog.class::isInstance)
                .map(Dialog.class::cast);
    }

    /** All components in a window, in the order that they were added. */
    static List<Component> components(Container container) {
        List<Component> all = new ArrayList<>();
        for (Component c : container.getComponents()) {
            all.add(c);
            if (c instanceof Container inner)
                all.addAll(components(inner));
        }
        return all;
    }

    /** The field of a dialog that stands behind a label, or the box that is labelled so. */
    static <T extends Component> T field(Dialog dialog, String label, Class<T> type) {
        List<Component> all = components(dialog);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Checkbox box && box.getLabel().equals(label))
                return type.cast(box);
            if (all.get(i) instanceof Label text && text.getText().strip().equals(label))
                return type
                        .cast(all.subList(i, all.size()).stream().filter(type::isInstance).findFirst().orElseThrow());
        }
        throw new AssertionError("no field " + label + " in " + dialog.getTitle());
    }

    /** Presses a button. Not with the mouse: a dialog that has just come may still move. */
    void press(Dialog dialog, String label) {
        Button button = (Button) components(dialog).stream()
                .filter(c -> c instanceof Button b && b.getLabel().strip().equals(label)).findFirst().orElseThrow();
        robot.waitForIdle();
        EventQueue.invokeLater(
                () -> button.dispatchEvent(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, button.getLabel())));
    }

    /** Clicks into the middle of something. */
    void click(Component component) {
        robot.waitForIdle();
        Point at = component.getLocationOnScreen();
        robot.mouseMove(at.x + component.getWidth() / 2, at.y + component.getHeight() / 2);
        robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
        robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
        robot.waitForIdle();
    }

    Robot robot() {
        return robot;
    }

    /** Presses a key for the window that has the focus. */
    void key(int code) {
        robot.keyPress(code);
        robot.keyRelease(code);
    }

    /** What the status bar says. */
    static String status() {
        return ImageJ.getStatusBarText();
    }

    /** What stands before fields, and on boxes. */
    static List<String> labels(Dialog dialog) {
        return components(dialog).stream()
                .map(c -> c instanceof Label l ? l.getText() : c instanceof Checkbox b ? b.getLabel() : "")
                .filter(l -> !l.isEmpty()).toList();
    }

    /** What a message says. ImageJ's label shows it but does not give it away. */
    static String text(Dialog dialog) {
        return components(dialog).stream()
                .map(c -> c instanceof MultiLineLabel ? lines(c) : c instanceof Label label ? label.getText() : "")
                .collect(Collectors.joining(" "));
    }

    private static String lines(Component label) {
        try {
            Field lines = MultiLineLabel.class.getDeclaredField("lines");
            lines.setAccessible(true);
            return String.join(" ", (String[]) lines.get(label));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Keeps a picture of the screen. */
    static void shot(String name) {
        try {
            Robot robot = new Robot();
            robot.waitForIdle();
            IJ.wait(300);
            Dimension screen = Toolkit.getDefaultToolkit().getScreenSize();
            Files.createDirectories(SCREENSHOTS);
            ImageIO.write(robot.createScreenCapture(new Rectangle(screen)), "png",
                    SCREENSHOTS.resolve(name + ".png").toFile());
        } catch (AWTException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
