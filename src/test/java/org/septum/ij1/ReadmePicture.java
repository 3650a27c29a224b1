package org.septum.ij1;

import java.awt.Checkbox;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.Point;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.InputEvent;
import java.nio.file.Path;
import java.util.stream.Stream;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.measure.ResultsTable;
import ij.plugin.frame.RoiManager;

/**
 * Makes {@code docs/fiji-segment.png}: the sample scan, segmented through menu and dialog. Needs a display of 1000×620
 * with a window manager and a grey background ({@code openbox}, {@code xsetroot -solid "#d8dee6"}).
 */
public final class ReadmePicture {

    private ReadmePicture() {
    }

    /** Leaves the picture in {@code target/screenshots/readme.png}. */
    public static void main(String[] args) {
        PlainImageJ hands = PlainImageJ.get();
        place(hands.window(), 8, 0);
        ImagePlus scan = IJ.openImage("sample-data/scans/brain_ometiff.ome.tif");
        EventQueue.invokeLater(scan::show);
        PlainImageJ.awaitTrue("image", () -> WindowManager.getCurrentImage() == scan);
        scan.setSlice(18);
        zoom(scan);
        hands.menu("Plugins", "Septum", "Segment...");
        Dialog dialog = hands.dialog("Septum: Segment");
        PlainImageJ.field(dialog, "Model file:", TextField.class)
                .setText(Path.of("sample-data/models/hippocampus").toString());
        PlainImageJ.field(dialog, "ROI Manager", Checkbox.class).setState(true);
        hands.press(dialog, "OK");
        ImagePlus mask = PlainImageJ.await("mask",
                () -> Stream.ofNullable(WindowManager.getImage("brain_ometiff.ome mask")).findFirst());
        PlainImageJ.awaitTrue("end", () -> !scan.isLocked());
        zoom(mask);
        place(scan.getWindow(), 8, 128);
        place(mask.getWindow(), 272, 222);
        place(RoiManager.getInstance(), 740, 128);
        Frame results = WindowManager.getFrame("Results");
        results.setSize(455, 150);
        place(results, 535, 440);
        Frame log = WindowManager.getFrame("Log");
        if (log != null)
            log.setVisible(false);
        ResultsTable.getResultsTable().show("Results");
        mask.getWindow().repaint();
        IJ.wait(500);
        open(hands);
        PlainImageJ.shot("readme");
        System.getLogger("ReadmePicture").log(System.Logger.Level.INFO, "made");
        Runtime.getRuntime().halt(0);
    }

    private static void zoom(ImagePlus image) {
        PlainImageJ.awaitTrue("window", () -> image.getWindow() != null && image.getCanvas() != null);
        for (int i = 0; i < 5; i++)
            image.getCanvas().zoomIn(0, 0);
        image.getWindow().pack();
    }

    private static void place(Window window, int x, int y) {
        window.setLocation(x, y);
    }

    /** Opens the menu of plugins with the mouse, and goes to the submenu, the last of it. */
    private static void open(PlainImageJ hands) {
        Point origin = hands.window().getLocationOnScreen();
        hands.robot().mouseMove(origin.x + 325, origin.y + hands.window().getInsets().top - 12);
        hands.robot().mousePress(InputEvent.BUTTON1_DOWN_MASK);
        IJ.wait(1000);
        for (int y = 24; y <= 156; y += 4) {
            hands.robot().mouseMove(origin.x + 330, origin.y + hands.window().getInsets().top + y);
            IJ.wait(20);
        }
        IJ.wait(1500);
    }
}
