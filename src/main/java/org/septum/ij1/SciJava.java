package org.septum.ij1;

import java.awt.Frame;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.scijava.Context;
import org.scijava.MenuPath;
import org.scijava.app.event.StatusEvent;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogMessage;
import org.scijava.log.LogService;
import org.scijava.service.Service;
import org.septum.core.SeptumException;

import ij.IJ;
import ij.WindowManager;

/** The part of Fiji that Septum's commands need, started with the first of them; ImageJ shows what it reports. */
final class SciJava {

    private static final String OURS = "Septum: ";

    private static SciJava instance;

    private final Context context;

    private SciJava() {
        // plugins of ImageJ see more than the class loader that Java started with
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(SciJava.class.getClassLoader());
        try {
            context = new Context();
        } finally {
            thread.setContextClassLoader(before);
        }
        context.service(EventService.class).subscribe(this);
        context.service(LogService.class).addLogListener(SciJava::show);
    }

    /** The one of this ImageJ. */
    static synchronized SciJava get() {
        if (instance == null)
            instance = new SciJava();
        return instance;
    }

    <S extends Service> S service(Class<S> type) {
        return context.service(type);
    }

    /** Septum's commands, in the order of the menu. */
    List<CommandInfo> commands() {
        return service(CommandService.class).getCommands().stream().filter(c -> isInMenu(c.getMenuPath()))
                .sorted(Comparator.comparing(SciJava::name)).toList();
    }

    private static boolean isInMenu(MenuPath path) {
        return path.size() == 3 && path.getMenuString().startsWith("Plugins > Septum > ");
    }

    /** The name of a command in the menu, by which macros run it. */
    static String name(CommandInfo command) {
        return command.getMenuPath().getLeaf().getName();
    }

    /**
     * The command of a name.
     *
     * @throws SeptumException
     *             of kind USAGE that lists the names
     */
    CommandInfo command(String name) {
        return commands().stream().filter(c -> name(c).equals(name)).findFirst()
                .orElseThrow(() -> SeptumException.usage("Septum has no command \"" + name + "\"; it has: "
                        + commands().stream().map(SciJava::name).collect(Collectors.joining(", "))));
    }

    @EventHandler
    private void onEvent(StatusEvent event) {
        Optional<String> text = Optional.ofNullable(event.getStatusMessage());
        if (text.filter(String::isEmpty).isPresent())
            IJ.showProgress(1.0);
        text.filter(t -> t.startsWith(OURS)).ifPresent(IJ::showStatus);
        if (event.getProgressMaximum() > 0)
            IJ.showProgress(event.getProgressValue(), event.getProgressMaximum());
    }

    /** Without a display SciJava itself prints what it logs. */
    private static void show(LogMessage message) {
        if (IJ.getInstance() == null)
            return;
        if (message.level() <= LogLevel.INFO && message.text().startsWith(OURS))
            log(message.text());
        else if (message.level() <= LogLevel.ERROR)
            log(OURS + message);
    }

    /** Writes into ImageJ's log, which stays behind the images if this opens it. */
    private static void log(String line) {
        boolean isOpen = WindowManager.getFrame("Log") != null;
        IJ.log(line);
        Frame log = WindowManager.getFrame("Log");
        if (!isOpen && log != null)
            log.toBack();
    }
}
