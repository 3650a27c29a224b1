package org.septum.fiji;

import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.ui.UIService;

/** Lets a dialog ask for the files that {@link HoldOptionalFiles} took for chosen. */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_LOW + 0.5)
public final class ReleaseOptionalFiles extends AbstractPreprocessorPlugin {

    @Parameter
    private UIService ui;

    @Override
    public void process(Module module) {
        for (String name : HoldOptionalFiles.released(module))
            if (DialogMemory.isAsked(module, ui))
                module.unresolveInput(name);
    }
}
