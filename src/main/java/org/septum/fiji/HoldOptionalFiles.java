package org.septum.fiji;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;

/**
 * Takes files that a command of Septum can do without for chosen.
 * <p>
 * <b>Why?</b> SciJava opens a file chooser for a command whose only open question is a file, even if the command can do
 * without it, and cancels the command if no file is chosen; without a display it cancels it at once. That comes just
 * before the dialog, so {@link ReleaseOptionalFiles} makes open questions of them again in between.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_LOW + 2)
public final class HoldOptionalFiles extends AbstractPreprocessorPlugin {

    private static final Map<Module, List<String>> HELD = Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    public void process(Module module) {
        if (!DialogMemory.isOurs(module))
            return;
        List<String> held = new ArrayList<>();
        for (ModuleItem<?> item : module.getInfo().inputs()) {
            if (item.getType() == File.class && !item.isRequired() && !module.isInputResolved(item.getName())) {
                module.resolveInput(item.getName());
                held.add(item.getName());
            }
        }
        HELD.put(module, held);
    }

    /** What was taken for chosen, once. */
    static List<String> released(Module module) {
        List<String> held = HELD.remove(module);
        return held == null ? List.of() : held;
    }
}
