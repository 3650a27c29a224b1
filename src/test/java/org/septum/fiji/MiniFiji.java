package org.septum.fiji;

import org.scijava.Context;
import org.scijava.console.ConsoleService;
import org.scijava.startup.StartupService;

/**
 * Stands for {@code net.imagej.Main} where Fiji is put together from what Maven Central has of it: patches ImageJ as
 * Fiji does, starts SciJava and hands it the arguments, such as {@code --run COMMAND "key='value',..."}.
 */
public final class MiniFiji {

    private MiniFiji() {
    }

    /**
     * Runs what is asked for and ends.
     *
     * @param arguments
     *            as Fiji takes them
     *
     * @throws ReflectiveOperationException
     *             if ImageJ cannot be patched
     */
    public static void main(String... arguments) throws ReflectiveOperationException {
        Class.forName("net.imagej.patcher.LegacyInjector").getMethod("preinit").invoke(null);
        try (Context context = new Context()) {
            context.service(ConsoleService.class).processArgs(arguments);
            context.service(StartupService.class).executeOperations();
        }
    }
}
