package org.septum.ij1;

import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.scijava.Cancelable;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.septum.core.SeptumException;

import ij.IJ;
import ij.ImagePlus;
import ij.macro.Interpreter;
import ij.text.TextWindow;

/** What came out of a command: images in windows of their own, texts in one window, or in the log for a macro. */
final class Outcome {

    private final String title;

    private final Module module;

    Outcome(String title, Module module) {
        this.title = title;
        this.module = module;
    }

    /**
     * Shows it all.
     *
     * @return the texts
     *
     * @throws SeptumException
     *             with its reason if the command gave up, after the texts are shown
     */
    String show() {
        for (ModuleItem<?> item : module.getInfo().outputs())
            if (module.getOutput(item.getName()) instanceof ImagePlus image)
                image.show();
        String text = texts();
        if (!text.isEmpty())
            show(text);
        if (module instanceof Cancelable run && run.isCanceled())
            throw new SeptumException(SeptumException.Kind.CANCELLED, String.valueOf(run.getCancelReason()));
        return text;
    }

    private String texts() {
        return StreamSupport.stream(module.getInfo().outputs().spliterator(), false)
                .map(item -> module.getOutput(item.getName())).filter(String.class::isInstance).map(String.class::cast)
                .collect(Collectors.joining("\n"));
    }

    private void show(String text) {
        if (IJ.getInstance() == null || IJ.isMacro() || Interpreter.isBatchMode())
            IJ.log(text);
        else
            new TextWindow("Septum: " + title, text, 820, 480);
    }
}
