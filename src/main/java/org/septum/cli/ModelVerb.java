package org.septum.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.septum.bundle.ModelCard;
import org.septum.core.SeptumException;
import org.septum.metrics.Measurement;
import org.septum.pipeline.DescribeForeign;
import org.septum.pipeline.DescribeModel;
import org.septum.pipeline.WriteCard;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum model}: what can be done with a model as a file. */
@Command(name = "model", description = "Looks at models and moves them.", subcommands = { ModelVerb.InfoVerb.class,
        ModelVerb.CardVerb.class, ModelVerb.MeasureVerb.class, ModelFileVerbs.ValidateVerb.class,
        ModelFileVerbs.ImportVerb.class, ModelFileVerbs.ExportVerb.class, CalibrateVerb.class })
final class ModelVerb extends Verb {

    @Override
    public Integer call() {
        throw SeptumException.usage(
                "septum model needs a verb; allowed: info, validate, import, export, card, measure, calibrate; see: septum model --help");
    }

    /** {@code septum model info}. */
    @Command(name = "info", description = "Says what a model is, after checking every hash.", footer = { "", "Example:",
            "  septum model info sample-data/models/hippocampus" })
    static final class InfoVerb extends Verb {

        @Parameters(paramLabel = "MODEL", description = "Model folder or zip.")
        private Path model;

        @Override
        public Integer call() {
            Optional<DescribeForeign> foreign = DescribeForeign.run(model);
            if (foreign.isPresent()) {
                if (program().json)
                    printJson(foreign.get());
                else
                    print(foreign.get());
                return SeptumCli.WELL;
            }
            DescribeModel.Result result = DescribeModel.run(model);
            if (program().json)
                printJson(json(result));
            else
                print(result);
            return SeptumCli.WELL;
        }

        private void print(DescribeForeign model) {
            print(model.name());
            print("  " + model.description());
            print("  a bioimage.io package (format " + model.format() + ") that others made, " + model.dims() + "D, "
                    + model.parameters() + " parameters");
            print("  needs: channels " + model.channels() + ", pixels as they are, tile " + model.tile());
            for (int c = 1; c < model.classes().size(); c++)
                print("  class " + c + ": " + model.classes().get(c));
            model.notes().forEach(note -> print("  " + note));
            print("  licence: " + (model.licence().isEmpty() ? "none given" : model.licence()));
            print("  SHA-256 " + model.sha256());
        }

        private void print(DescribeModel.Result result) {
            ModelCard card = result.card();
            print(card.name());
            print("  " + card.description());
            print("  network: " + result.plan().network().describe() + ", " + result.parameters() + " parameters, "
                    + String.format(Locale.ROOT, "%.1f MB", result.bytes() / 1e6));
            print("  needs: " + result.plan().modality() + ", channels " + result.plan().channels() + ", "
                    + spacing(result.plan().spacing()) + ", tile " + result.plan().patch());
            result.plan().labels().foreground().forEach(c -> print("  class " + c.value() + ": " + c.name()));
            if (!card.use().intended().isEmpty())
                print("  for: " + card.use().intended());
            card.use().limits().forEach(limit -> print("  limit: " + limit));
            card.use().measurements().forEach(m -> print("  measures the " + m.kind().word() + " of " + m.className()));
            card.training().forEach((fact, value) -> print("  " + fact + ": " + value));
            card.scores().forEach(s -> print(String.format(Locale.ROOT, "  %s %s: %.3f ± %.3f (n = %d, %s)",
                    s.className(), s.metric(), s.mean(), s.sd(), s.n(), s.split())));
            print("  licence: " + (card.licence().isEmpty() ? "none chosen" : card.licence()));
            if (!card.attribution().isEmpty())
                print("  " + card.attribution().replace("\n", "\n  "));
            print("  SHA-256 " + result.hash());
        }

        private static String spacing(List<Double> mm) {
            return mm.stream().allMatch(s -> s.isNaN()) ? "pixels as they are" : "spacing " + mm + " mm";
        }

        private static Map<String, Object> json(DescribeModel.Result result) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("path", result.path().toString());
            json.put("card", result.card());
            json.put("parameters", result.parameters());
            json.put("bytes", result.bytes());
            json.put("sha256", result.hash());
            json.put("plan", result.plan());
            return json;
        }
    }

    /** {@code septum model card}. */
    @Command(name = "card", description = "Writes a copy of a model with other words about it, or of half the size.", footer = {
            "", "Examples:", "  septum model card MODEL --card card.json --without report.html -o MODEL.zip",
            "  septum model card MODEL --half -o SMALL", "",
            "card.json may hold name, description, authors, licence, attribution, citations, intendedUse, limits, "
                    + "classes (new names by old ones) and measurements (each with class and kind: circumference)." })
    static final class CardVerb extends Verb {

        @Parameters(paramLabel = "MODEL", description = "Model folder or zip.")
        private Path model;

        @Option(names = "--card", paramLabel = "FILE", description = "JSON with the words.")
        private Path card;

        @Option(names = "--without", paramLabel = "NAME", description = "Leave this file out, such as report.html; may be given several times.")
        private List<String> without = List.of();

        @Option(names = "--half", description = "Round the kernels to 16-bit floats, which halves the model on disk. It computes with 32 bits as before.")
        private boolean half;

        @Option(names = { "-o",
                "--output" }, required = true, paramLabel = "MODEL", description = "The model to write.")
        private Path output;

        @Option(names = "--overwrite", description = "Replace a model at the output.")
        private boolean overwrite;

        @Override
        public Integer call() {
            if (card == null && without.isEmpty() && !half) {
                throw SeptumException.usage("nothing to change: give --card FILE, --without NAME or --half");
            }
            WriteCard.run(new WriteCard.Request(model, Optional.ofNullable(card), List.of(), without, half, output,
                    overwrite));
            printWritten(output);
            return SeptumCli.WELL;
        }
    }

    /** {@code septum model measure}. */
    @Command(name = "measure", description = "Writes a copy of a model that says what is measured in its masks; septum segment and evaluate report it.", footer = {
            "", "Example:", "  septum model measure MODEL --circumference head -o MODEL2" })
    static final class MeasureVerb extends Verb {

        @Parameters(paramLabel = "MODEL", description = "Model folder or zip.")
        private Path model;

        @Option(names = "--circumference", required = true, paramLabel = "CLASS", description = "The circumference of this class, in masks of one slice; may be given several times.")
        private List<String> circumference;

        @Option(names = { "-o",
                "--output" }, required = true, paramLabel = "MODEL", description = "The model to write.")
        private Path output;

        @Option(names = "--overwrite", description = "Replace a model at the output.")
        private boolean overwrite;

        @Override
        public Integer call() {
            WriteCard.run(new WriteCard.Request(model, Optional.empty(),
                    circumference.stream().map(Measurement::circumference).toList(), List.of(), false, output,
                    overwrite));
            printWritten(output);
            return SeptumCli.WELL;
        }
    }
}
