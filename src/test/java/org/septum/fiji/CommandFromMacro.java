package org.septum.fiji;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;

import ij.ImagePlus;
import ij.Macro;
import ij.Menus;
import ij.plugin.PlugIn;

/**
 * Septum's commands in ImageJ's own table of commands, so that {@code run("Segment...", "model=...")} of a macro finds
 * them. It reads the options by ImageJ's parser and passes them on as texts, as imagej-legacy does in Fiji.
 */
public final class CommandFromMacro implements PlugIn {

    private static Context context;

    private static ImagePlus active;

    private static final List<CommandModule> RAN = new ArrayList<>();

    /** Called by ImageJ. */
    public CommandFromMacro() {
        // Nothing to set up.
    }

    /** Fills ImageJ's table, which it makes with its menus only, and those need a display. */
    static void enter(Context scijava) throws ReflectiveOperationException {
        context = scijava;
        Hashtable<String, String> table = new Hashtable<>();
        table.put("Results...", "ij.plugin.MeasurementsWriter");
        for (CommandInfo info : HelpCommand.all(scijava.service(CommandService.class)))
            table.put(info.getMenuPath().getLeaf().getName(),
                    CommandFromMacro.class.getName() + "(\"" + info.getDelegateClassName() + "\")");
        set(table);
    }

    /** Makes an image the active one: a window needs a display. */
    static void open(ImagePlus image) {
        active = image;
    }

    /** Leaves ImageJ as it was. */
    static void leave() throws ReflectiveOperationException {
        set(null);
        active = null;
    }

    private static void set(Hashtable<String, String> table) throws ReflectiveOperationException {
        Field commands = Menus.class.getDeclaredField("pluginsTable");
        commands.setAccessible(true);
        commands.set(null, table);
    }

    /** What ran since the last call. */
    static List<CommandModule> ran() {
        List<CommandModule> ran = List.copyOf(RAN);
        RAN.clear();
        return ran;
    }

    @Override
    public void run(String command) {
        CommandInfo info = context.service(CommandService.class).getCommand(command);
        Map<String, Object> inputs = new HashMap<>();
        for (ModuleItem<?> item : info.inputs()) {
            String given = Macro.getValue(Macro.getOptions(), item.getName(), null);
            if (item.getName().equals("image"))
                inputs.put("image", active);
            else if (given != null)
                inputs.put(item.getName(), given);
        }
        try {
            RAN.add(context.service(CommandService.class).run(info, true, inputs).get());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(command + " of a macro did not end", e);
        }
    }
}
