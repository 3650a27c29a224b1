package org.septum.io;

import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;

/**
 * Keeps the log of Bio-Formats away from people. Its package brings logback, which without a configuration prints every
 * debug line of every library to the standard output.
 */
public final class LibraryLogging {

    private static final String ENGINES = "ai.djl";

    private LibraryLogging() {
    }

    /** Silences Bio-Formats, and what other libraries say below a warning if nobody configured logging. */
    public static void quiet() {
        // Initialises Quiet once.
        Quiet.DONE.booleanValue();
    }

    /** Lets libraries say what they do, for someone who looks for the cause of an error. */
    public static void verbose() {
        quiet();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(ENGINES).setLevel(Level.INFO);
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        }
    }

    private static final class Quiet {

        static final Boolean DONE = apply();

        private static boolean apply() {
            try {
                ILoggerFactory factory = LoggerFactory.getILoggerFactory();
                return factory instanceof LoggerContext context && apply(context);
            } catch (LinkageError e) {
                // Another logging library is in use, and its own configuration holds.
                return false;
            }
        }

        private static boolean apply(LoggerContext context) {
            context.getLogger("loci").setLevel(Level.OFF);
            context.getLogger("ome").setLevel(Level.OFF);
            // It warns of every GPU library that is not there, on machines that have no GPU.
            context.getLogger(ENGINES).setLevel(Level.ERROR);
            Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            if (Level.DEBUG.equals(root.getLevel()))
                root.setLevel(Level.WARN);
            return true;
        }
    }
}
