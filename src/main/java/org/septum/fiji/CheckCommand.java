package org.septum.fiji;

import java.io.File;
import java.util.List;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.pipeline.CheckData;
import org.septum.pipeline.CheckText;

/** <i>Plugins &gt; Septum &gt; Check Data…</i>: what are these scans, and what is wrong with them? */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Check Data...", headless = true, description = "Says what scans and datasets are, and what is wrong with them.")
public final class CheckCommand extends SeptumCommand {

    @Parameter(label = "Input", style = "both", persist = false, description = "A scan, a folder of scans, or a dataset.")
    private File input;

    @Parameter(label = "Page", style = "save", required = false, persist = false, description = "An HTML page to write, with a thumbnail of each scan.")
    private File html;

    @Parameter(label = "Corrected labels", style = "directory", required = false, persist = false, description = "A folder for corrected copies of labels that do not lie on their scan; the dataset stays as it is.")
    private File fix;

    @Parameter(label = "Replace", persist = false, description = "Replace files at the outputs.")
    private boolean overwrite = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Findings")
    private String report;

    @Parameter(type = ItemIO.OUTPUT, label = "Nothing is wrong")
    private boolean well;

    @Override
    public void run() {
        work().write(p -> CheckData
                .run(new CheckData.Request(List.of(input.toPath()), Words.file(html), Words.file(fix), overwrite), p))
                .ifPresent(result -> {
                    report = words(String.join("\n", CheckText.lines(result)));
                    well = result.isWell();
                });
    }
}
