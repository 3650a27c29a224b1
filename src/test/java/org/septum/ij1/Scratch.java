package org.septum.ij1;
import java.awt.*;
import ij.*;
public class Scratch {
    public static void main(String[] a) throws Exception {
        PlainImageJ ij = PlainImageJ.get();
        System.out.println(ij.plugins("Septum"));
        for (String s : new String[] {"Segment", "Segment Folder", "Train Model", "Compress Model", "Install Model", "Evaluate Masks", "Check Data"}) {
            ij.menu("Plugins", "Septum", s + "...");
            Dialog d = ij.dialog("Septum: " + s);
            System.out.println(s + " " + d.getBounds());
            PlainImageJ.shot("dialog-" + s.replace(" ", "-"));
            ij.press(d, "Cancel");
            PlainImageJ.awaitTrue("closed", () -> !d.isShowing());
        }
        System.exit(0);
    }
}
