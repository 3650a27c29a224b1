package org.septum.fiji;

import java.lang.ref.WeakReference;
import java.util.List;

import ij.CommandListener;
import ij.Executer;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Overlay;

/**
 * <i>Edit &gt; Undo</i> for the overlay that a command of Septum set last.
 * <p>
 * <b>Why not ImageJ's own?</b> It forgets as soon as another window comes to the front, and that of the mask does at
 * once. Whatever is done to the image afterwards, ImageJ undoes; then this one has nothing to undo any more.
 */
final class OverlayUndo implements CommandListener {

    private static final String UNDO = "Undo";

    /** Commands that change what is in view and nothing else, as they begin. */
    private static final List<String> VIEWS = List.of("In [", "Out [", "Next Slice", "Previous Slice");

    private static OverlayUndo last;

    private final WeakReference<ImagePlus> image;

    private final WeakReference<ImagePlus> mask;

    private final Overlay before;

    private OverlayUndo(ImagePlus image, ImagePlus mask, Overlay before) {
        this.image = new WeakReference<>(image);
        this.mask = new WeakReference<>(mask);
        this.before = before;
    }

    /**
     * Keeps what an image had until a moment ago.
     *
     * @param mask
     *            the image that came out, of the mask or of maps: while it is in front, Undo means that overlay too
     * @param before
     *            what the image had, or null
     */
    static synchronized void remember(ImagePlus image, ImagePlus mask, Overlay before) {
        forget();
        last = new OverlayUndo(image, mask, before);
        Executer.addCommandListener(last);
    }

    private static synchronized void forget() {
        if (last != null)
            Executer.removeCommandListener(last);
        last = null;
    }

    /** @return null if this has done what the command should do */
    @Override
    public String commandExecuting(String command) {
        ImagePlus current = WindowManager.getCurrentImage();
        ImagePlus segmented = image.get();
        boolean isOurs = current != null && (current == segmented || current == mask.get());
        if (!isOurs || VIEWS.stream().anyMatch(command::startsWith))
            return command;
        // not while ImageJ goes through its listeners
        Thread forgetting = new Thread(OverlayUndo::forget, "septum undo");
        forgetting.start();
        if (!command.equals(UNDO) || segmented == null)
            return command;
        segmented.setOverlay(before);
        return null;
    }
}
