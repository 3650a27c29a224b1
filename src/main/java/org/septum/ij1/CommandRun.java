package org.septum.ij1;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.scijava.command.CommandInfo;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.prefs.PrefService;
import org.septum.core.SeptumException;
import org.septum.fiji.DialogMemory;
import org.septum.fiji.HelpCommand;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.plugin.frame.Recorder;

/** One run of a command of Septum: its parameters from a macro or a dialog, its run, what comes out. */
final class CommandRun {

    private static final String IMAGE = "image";

    private final CommandInfo info;

    private final Module module;

    private final List<Parameter> parameters = new ArrayList<>();

    private final SciJava scijava;

    CommandRun(String name) {
        scijava = SciJava.get();
        info = scijava.command(name);
        module = scijava.service(ModuleService.class).createModule(info);
        try {
            module.initialize();
        } catch (ModuleException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, name + " cannot start: " + e, e);
        }
        for (ModuleItem<?> item : module.getInfo().inputs())
            if (HelpCommand.isForPeople(item))
                parameters.add(new Parameter(item, scijava.service(ConvertService.class)));
    }

    private String title() {
        return SciJava.name(info).replace("...", "");
    }

    /**
     * Takes the words of a macro; what it leaves out is as the command has it.
     *
     * @throws SeptumException
     *             of kind USAGE for a parameter that the command has not, and for values that are not allowed
     */
    void take(String options) {
        Map<String, String> given = MacroOptions.parse(options);
        String title = given.remove(IMAGE);
        setImage(title == null ? WindowManager.getCurrentImage() : image(title));
        Map<String, String> texts = texts();
        for (String name : given.keySet()) {
            if (!texts.containsKey(name))
                throw SeptumException.usage(SciJava.name(info) + " has no parameter \"" + name + "\"; it has: "
                        + String.join(", ", texts.keySet()));
        }
        texts.putAll(given);
        set(texts);
    }

    /**
     * Asks in a dialog until all values are allowed.
     *
     * @return false if somebody pressed Cancel
     */
    boolean ask() {
        setImage(WindowManager.getCurrentImage());
        DialogMemory memory = new DialogMemory(scijava.service(PrefService.class),
                scijava.service(ConvertService.class));
        memory.recall(module);
        Optional<Map<String, String>> answer = Optional.of(texts());
        while (!parameters.isEmpty()) {
            answer = new ParameterDialog("Septum: " + title(), info.getDescription(), parameters, answer.get()).ask();
            if (answer.isEmpty())
                return false;
            try {
                set(answer.get());
                break;
            } catch (SeptumException e) {
                Message.show(e.getMessage());
            }
        }
        memory.remember(module);
        record(answer.get());
        return true;
    }

    private void setImage(ImagePlus image) {
        for (ModuleItem<?> item : module.getInfo().inputs())
            if (item.getType() == ImagePlus.class && image != null)
                module.setInput(item.getName(), image);
    }

    private static ImagePlus image(String title) {
        ImagePlus image = WindowManager.getImage(title);
        if (image == null)
            throw SeptumException.usage("no image \"" + title + "\" is open; give the title of its window");
        return image;
    }

    /** What the parameters are now. */
    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        parameters.forEach(p -> texts.put(p.name(), p.text(module.getInput(p.name()))));
        return texts;
    }

    private void set(Map<String, String> texts) {
        for (Parameter parameter : parameters)
            module.setInput(parameter.name(), parameter.value(texts.get(parameter.name())).orElse(null));
        module.getInfo().inputs().forEach(item -> module.resolveInput(item.getName()));
    }

    /** Writes the line into ImageJ's recorder as Fiji would write it; now, since a run may take hours. */
    private void record(Map<String, String> texts) {
        if (!IJ.recording())
            return;
        texts.forEach((name, text) -> {
            if (!text.isEmpty())
                Recorder.recordOption(name, Recorder.fixString(Recorder.fixPath(text)));
        });
        Recorder.saveCommand();
    }

    /**
     * Runs the command and waits.
     *
     * @return the texts that came out
     *
     * @throws SeptumException
     *             with the reason if it gave up
     */
    String run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(getClass().getClassLoader());
        try {
            Module done = scijava.service(ModuleService.class).run(module, List.of(), List.of()).get();
            return new Outcome(title(), done).show();
        } catch (ExecutionException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "a mistake in Septum: " + e.getCause(), e);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
