package org.septum.ij1;

import org.septum.core.SeptumException;

import ij.IJ;
import ij.Macro;
import ij.plugin.PlugIn;

/**
 * A command of Septum in the menu of plain ImageJ 1: asks for its parameters as ImageJ does, runs it, shows what comes
 * out. In a macro: {@code run("Segment...", "model=hippocampus device=cpu")}.
 */
public final class SeptumPlugIn implements PlugIn {

    /** What Esc gives as a reason; who pressed it needs no dialog that says so. */
    private static final String STOPPED = "stopped by the user";

    /**
     * @param command
     *            its name in the menu, such as {@code Segment...}
     */
    @Override
    public void run(String command) {
        try {
            CommandRun run = new CommandRun(command);
            String options = Macro.getOptions();
            if (options != null)
                run.take(options);
            else if (!run.ask())
                return;
            run.run();
        } catch (SeptumException e) {
            end(e.getMessage());
        }
    }

    private static void end(String reason) {
        if (!reason.equals(STOPPED)) {
            Message.error(reason);
            return;
        }
        IJ.showStatus("Septum: stopped");
        if (IJ.isMacro())
            Macro.abort();
    }

    /**
     * The same for macros where ImageJ has no menus, for want of a display:
     * {@code call("org.septum.ij1.SeptumPlugIn.call", "Segment Folder...", "input=… model=… output=…")}.
     *
     * @return the texts that came out
     *
     * @throws SeptumException
     *             with the reason if it gave up, which ends the macro
     */
    public static String call(String command, String options) {
        CommandRun run = new CommandRun(command);
        run.take(options);
        return run.run();
    }
}
