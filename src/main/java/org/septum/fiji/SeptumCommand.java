package org.septum.fiji;

import org.scijava.app.StatusService;
import org.scijava.command.ContextCommand;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;

/**
 * What all commands of Septum share: work that Esc ends, and reasons that name parameters as dialogs and macros do.
 * <p>
 * <b>Why are parameters not shared as well?</b> SciJava shows those of a superclass before all others, so that a dialog
 * would begin with the device and end with the model. What is shared of them are their texts: {@link Texts}.
 */
abstract class SeptumCommand extends ContextCommand {

    @Parameter
    private StatusService status;

    @Parameter
    private LogService log;

    private final ParameterWords words = ParameterWords.of(getClass());

    /** Work of this command. */
    final EscapableWork work() {
        return new EscapableWork(this, status, log, words::of);
    }

    /** Where notes go. */
    final LogService log() {
        return log;
    }

    /** A message of the pipeline in the words of this command's dialog. */
    final String words(String message) {
        return words.of(message);
    }

    /** Ends the command; options of the command line in the reason become this command's parameters. */
    @Override
    public void cancel(String reason) {
        super.cancel(reason == null ? null : words(reason));
    }
}
