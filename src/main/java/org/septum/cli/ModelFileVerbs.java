package org.septum.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.septum.pipeline.MoveModel;
import org.septum.pipeline.ValidateModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code septum model} that look at models as files and move them. */
final class ModelFileVerbs {

    private ModelFileVerbs() {
    }

    /** {@code septum model validate}. */
    @Command(name = "validate", description = {
            "Looks whether a model, Septum's own or any bioimage.io package, is whole, safe and gives what it says.",
            "Exit code 1 if something is wrong." }, footer = { "", "Example:", "  septum model validate MODEL.zip" })
    static final class ValidateVerb extends Verb {

        @Parameters(paramLabel = "MODEL", description = "Model folder or zip.")
        private Path model;

        @Override
        public Integer call() {
            List<ValidateModel.Check> checks = ValidateModel.run(model);
            if (program().json)
                printJson(checks);
            else
                checks.forEach(c -> print(
                        String.format(Locale.ROOT, "%-4s %-18s %s", c.isWell() ? "ok" : "BAD", c.subject(), c.text())));
            return checks.stream().allMatch(ValidateModel.Check::isWell) ? SeptumCli.WELL : SeptumCli.FAILED;
        }
    }

    /** What import and export have in common. */
    abstract static class MoveVerb extends Verb {

        @Parameters(paramLabel = "MODEL", description = "Model folder or zip: a file, no address.")
        private Path model;

        @Option(names = "--overwrite", description = "Replace a model at the output.")
        private boolean overwrite;

        /** Where to write. */
        abstract Path output();

        final MoveModel.Request request() {
            return new MoveModel.Request(model, output(), overwrite);
        }

        final void printWritten(String what) {
            if (program().json)
                printJson(Map.of("output", output().toString(), "written", what));
            else
                print(what + " written to " + output());
        }
    }

    /** {@code septum model import}. */
    @Command(name = "import", description = "Unpacks a model that was checked, Septum's own or any bioimage.io package, to a folder.", footer = {
            "", "Example:", "  septum model import package.zip -o MODEL" })
    static final class ImportVerb extends MoveVerb {

        @Option(names = { "-o", "--output" }, required = true, paramLabel = "DIR", description = "Folder to make.")
        private Path output;

        @Override
        Path output() {
            return output;
        }

        @Override
        public Integer call() {
            printWritten(MoveModel.in(request()) + " files");
            return SeptumCli.WELL;
        }
    }

    /** {@code septum model export}. */
    @Command(name = "export", description = "Writes a copy of a model as one file, as a folder, or its plain ONNX graph.", footer = {
            "", "Examples:", "  septum model export MODEL -o MODEL.zip",
            "  septum model export MODEL --onnx -o model.onnx" })
    static final class ExportVerb extends MoveVerb {

        @Option(names = { "-o",
                "--output" }, required = true, paramLabel = "OUT", description = "Where to write: a file that ends in .zip, a folder, or with --onnx the graph's file.")
        private Path output;

        @Option(names = "--onnx", description = "Write the ONNX graph alone.")
        private boolean onnx;

        @Override
        Path output() {
            return output;
        }

        @Override
        public Integer call() {
            if (onnx) {
                MoveModel.graph(request());
                printWritten("graph");
            } else {
                printWritten(MoveModel.out(request()) + " files");
            }
            return SeptumCli.WELL;
        }
    }
}
