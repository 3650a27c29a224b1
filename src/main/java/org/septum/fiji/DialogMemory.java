package org.septum.fiji;

import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.prefs.PrefService;
import org.scijava.ui.UIService;

import ij.IJ;
import ij.Macro;

/**
 * What dialogs of Septum's commands were given last.
 * <p>
 * <b>Why not SciJava's own memory?</b> It fills in what a macro left out as well, so that a macro would give one result
 * on one computer and another on the next. This one is asked only where a person sees the dialog and can change it.
 */
public final class DialogMemory {

    private final PrefService preferences;

    private final ConvertService converter;

    public DialogMemory(PrefService preferences, ConvertService converter) {
        this.preferences = preferences;
        this.converter = converter;
    }

    /** True if a person is asked before a module runs, and the module is one of Septum's. */
    static boolean isAsked(Module module, UIService ui) {
        return isOurs(module) && !ui.isHeadless() && !IJ.isMacro() && Macro.getOptions() == null;
    }

    static boolean isOurs(Module module) {
        return module.getInfo().getDelegateClassName().startsWith(DialogMemory.class.getPackageName() + ".");
    }

    /** Fills in what nobody has chosen yet. */
    public void recall(Module module) {
        for (ModuleItem<?> item : module.getInfo().inputs()) {
            if (!HelpCommand.isForPeople(item) || module.isInputResolved(item.getName()))
                continue;
            String last = preferences.get(owner(module), item.getName(), null);
            Object value = last == null ? null : converter.convert(last, item.getType());
            if (value != null)
                module.setInput(item.getName(), value);
        }
    }

    /** Keeps what was chosen. */
    public void remember(Module module) {
        for (ModuleItem<?> item : module.getInfo().inputs()) {
            if (!HelpCommand.isForPeople(item))
                continue;
            Object value = module.getInput(item.getName());
            if (value == null)
                preferences.remove(owner(module), item.getName());
            else
                preferences.put(owner(module), item.getName(), value.toString());
        }
    }

    private static Class<?> owner(Module module) {
        return module.getDelegateObject().getClass();
    }
}
