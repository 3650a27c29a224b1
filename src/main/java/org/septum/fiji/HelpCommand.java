package org.septum.fiji;

import java.util.Comparator;
import java.util.List;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.command.ContextCommand;
import org.scijava.module.ModuleItem;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.pipeline.InstalledModels;

import ij.ImagePlus;

/** <i>Plugins &gt; Septum &gt; Help</i>: every command with its parameters, made from the commands themselves. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Help", headless = true, description = "Lists every command of Septum with its parameters as macros write them.")
public final class HelpCommand extends ContextCommand {

    @Parameter(type = ItemIO.OUTPUT, label = "Septum")
    private String report;

    @Parameter
    private CommandService commands;

    @Override
    public void run() {
        StringBuilder text = new StringBuilder("Septum segments medical scans with attention U-Nets, and trains them on"
                + " yours. The folder docs of Septum has more: docs/fiji.md for Fiji, README.md for the rest.\n");
        all(commands).forEach(info -> describe(info, text));
        InstalledModels installed = Models.installed();
        text.append("\nModels by name: ").append(
                installed.names().isEmpty() ? "none yet; see Install Model..." : String.join(", ", installed.names()))
                .append(" (").append(installed.folder()).append(")\n");
        report = text.toString();
    }

    /** The commands of Septum in the order of the menu. */
    static List<CommandInfo> all(CommandService commands) {
        return commands.getCommands().stream()
                .filter(c -> c.getDelegateClassName().startsWith(HelpCommand.class.getPackageName() + "."))
                .sorted(Comparator.comparing(CommandInfo::getTitle)).toList();
    }

    private static void describe(CommandInfo info, StringBuilder text) {
        text.append('\n').append(info.getMenuPath().getLeaf().getName()).append("  ").append(info.getDescription())
                .append('\n');
        for (ModuleItem<?> item : info.inputs()) {
            if (isForPeople(item))
                text.append("  ").append(item.getName()).append(": ").append(item.getDescription()).append('\n');
        }
    }

    /** True for what a dialog asks for; the image is the active one, and services are nobody's choice. */
    public static boolean isForPeople(ModuleItem<?> item) {
        return item.getLabel() != null && !item.getLabel().isEmpty() && item.getType() != ImagePlus.class;
    }
}
