package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.util.function.Consumer;

import org.scijava.plugin.Parameter;
import org.septum.core.SeptumException;

import ij.ImagePlus;

/** What commands on the open image share: the image, which is locked while they run, and the model. */
abstract class ImageCommand extends SeptumCommand {

    @Parameter(label = "Image", required = false, description = "The scan: 8, 16 or 32 bit, RGB, a stack or a hyperstack.")
    ImagePlus image;

    @Parameter(label = "Model", required = false, persist = false, description = Texts.MODEL)
    private ModelChoice model;

    @Parameter(label = "Model file", style = "both", required = false, persist = false, description = Texts.MODEL_FILE)
    private File modelfile;

    /**
     * Where the chosen model lies.
     *
     * @throws SeptumException
     *             if none is chosen or nothing is there
     */
    final Path model() {
        return ModelChoice.path(model, modelfile);
    }

    /** Does something with the image, unless it is locked; what is wrong ends the command. */
    final void onImage(Consumer<OpenImage> work) {
        if (image != null && !image.lockSilently()) {
            cancel(image.getTitle() + " is being worked on; wait until that is done, or press Esc to end it");
            return;
        }
        try {
            work.accept(OpenImage.of(image));
        } catch (SeptumException e) {
            cancel(e.getMessage());
        } finally {
            if (image != null)
                image.unlock();
        }
    }
}
