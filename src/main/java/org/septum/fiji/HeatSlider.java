package org.septum.fiji;

import java.awt.AWTEvent;

import ij.ImagePlus;
import ij.gui.DialogListener;
import ij.gui.GenericDialog;
import ij.gui.NonBlockingGenericDialog;
import ij.gui.Overlay;

/**
 * A small window beside an image: which map is shown on it as heat, and how opaque. The image can be used meanwhile,
 * and its slices have their own heat. OK keeps the heat, Cancel takes it away.
 */
final class HeatSlider implements DialogListener {

    private final HeatImage heat;

    private final ImagePlus image;

    private int shown;

    HeatSlider(HeatImage heat, ImagePlus image) {
        this.heat = heat;
        this.image = image;
    }

    /** Opens the window and returns at once. */
    void open(double opacity) {
        NonBlockingGenericDialog dialog = new NonBlockingGenericDialog("Heat on " + image.getTitle());
        dialog.addChoice("Map", heat.titles(), heat.titles()[0]);
        dialog.addSlider("Opacity (%)", 0, 100, Math.round(100 * opacity));
        dialog.addDialogListener(this);
        Thread window = new Thread(() -> {
            dialog.showDialog();
            if (dialog.wasCanceled())
                remove();
        }, "septum heat");
        window.setDaemon(true);
        window.start();
    }

    @Override
    public boolean dialogItemChanged(GenericDialog dialog, AWTEvent event) {
        int map = dialog.getNextChoiceIndex();
        double opacity = dialog.getNextNumber() / 100;
        if (!(opacity >= 0 && opacity <= 1))
            return false;
        show(map, opacity);
        return true;
    }

    /** Takes the heat away; what else was laid on the image meanwhile stays. */
    void remove() {
        if (image.getOverlay() != null)
            image.setOverlay(HeatImage.without(image.getOverlay()));
    }

    /** Shows a map as heat. */
    void show(int map, double opacity) {
        Overlay now = image.getOverlay();
        if (map != shown || now == null) {
            image.setOverlay(heat.on(now == null ? new Overlay() : now, map, opacity));
            shown = map;
            return;
        }
        HeatImage.setOpacity(now, opacity);
        image.draw();
    }
}
