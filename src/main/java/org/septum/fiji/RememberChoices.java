package org.septum.fiji;

import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPostprocessorPlugin;
import org.scijava.module.process.PostprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.prefs.PrefService;
import org.scijava.ui.UIService;

/** After a command of Septum that a person started, what its dialog was given is kept for the next. */
@Plugin(type = PostprocessorPlugin.class)
public final class RememberChoices extends AbstractPostprocessorPlugin {

    @Parameter
    private PrefService preferences;

    @Parameter
    private ConvertService converter;

    @Parameter
    private UIService ui;

    @Override
    public void process(Module module) {
        if (DialogMemory.isAsked(module, ui))
            new DialogMemory(preferences, converter).remember(module);
    }
}
