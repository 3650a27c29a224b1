package org.septum.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and a polite kill ask the work to stop and put away what it has; a second Ctrl-C ends the process at once. A
 * second SIGTERM does not: a scheduler sends one to each process of a job, and the script of the job hands its own on.
 * <p>
 * <b>Why</b> not a shutdown hook: once a shutdown has begun, the engines free their native memory in hooks of their
 * own, at the same time, and a model could no longer be written. <b>Why</b> by reflection: the class is not part of the
 * Java platform; where it is missing, Ctrl-C ends the process as usual.
 */
final class Interrupts {

    private static final int INTERRUPTED = 130;

    private Interrupts() {
    }

    /** From now on the first signal runs {@code stop}. */
    static void handle(Runnable stop) {
        AtomicBoolean asked = new AtomicBoolean();
        for (String signal : new String[] { "INT", "TERM" }) {
            Runnable onSignal = () -> {
                if (!asked.getAndSet(true))
                    stop.run();
                else if (signal.equals("INT"))
                    Runtime.getRuntime().halt(INTERRUPTED);
            };
            try {
                handle(signal, onSignal);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                return;
            }
        }
    }

    private static void handle(String name, Runnable onSignal) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(Interrupts.class.getClassLoader(), new Class<?>[] { handler },
                (self, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        onSignal.run();
                        yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "septum-signal";
                });
        try {
            signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("signal " + name + " cannot be handled", e);
        }
    }
}
