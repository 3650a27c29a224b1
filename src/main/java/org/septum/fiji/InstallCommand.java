package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** <i>Plugins &gt; Septum &gt; Install Model…</i>: a model is checked, and can be chosen by name from then on. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Install Model...", headless = true, description = "Checks a model and puts it where Fiji finds it by name.")
public final class InstallCommand extends SeptumCommand {

    @Parameter(label = "Model", style = "both", persist = false, description = "A model, Septum's own or any bioimage.io package with ONNX weights: its folder or its zip. Nothing is downloaded.")
    private File model;

    @Parameter(label = "Name", required = false, persist = false, description = "The name to choose it by; empty for that of its file.")
    private String name = "";

    @Parameter(label = "Replace", persist = false, description = "Replace a model of the same name.")
    private boolean overwrite = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Installed")
    private String report;

    @Override
    public void run() {
        work().write(p -> Models.installed().install(Models.chosen(model), name, overwrite)).ifPresent(this::show);
    }

    private void show(Path place) {
        report = place.getFileName() + " is installed; write this name where a command asks for a model\n"
                + "installed in " + place.getParent() + ": " + String.join(", ", Models.installed().names());
    }
}
