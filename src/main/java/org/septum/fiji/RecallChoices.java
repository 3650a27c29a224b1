package org.septum.fiji;

import org.scijava.Priority;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.prefs.PrefService;
import org.scijava.ui.UIService;

/** Before a dialog of Septum opens, what it was given last is filled in. */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.LOW)
public final class RecallChoices extends AbstractPreprocessorPlugin {

    @Parameter
    private PrefService preferences;

    @Parameter
    private ConvertService converter;

    @Parameter
    private UIService ui;

    @Override
    public void process(Module module) {
        if (DialogMemory.isAsked(module, ui))
            new DialogMemory(preferences, converter).recall(module);
    }
}
