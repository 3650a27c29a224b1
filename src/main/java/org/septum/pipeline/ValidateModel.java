package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.bundle.OpenModel;
import org.septum.bundle.TestRun;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;

/** Looks whether a model is whole, safe and gives what it says it gives. */
public final class ValidateModel {

    /**
     * One thing that was looked at.
     *
     * @param subject
     *            what
     * @param isWell
     *            whether it is as it must be
     * @param text
     *            what was found
     */
    public record Check(String subject, boolean isWell, String text) {
    }

    private ValidateModel() {
    }

    /** Looks at everything; a check that fails ends the list if the others need it. */
    public static List<Check> run(Path model) {
        List<Check> checks = new ArrayList<>();
        try (OpenModel open = OpenModel.open(model)) {
            checks.add(new Check("package", true, "description, names, sizes, SHA-256, weights and graph are sound"));
            open.notes().forEach(note -> checks.add(new Check("as Septum takes it", true, note)));
            checks.add(engine(open));
            checks.addAll(tests(open));
        } catch (SeptumException e) {
            checks.add(new Check("package", false, e.getMessage()));
        }
        return checks;
    }

    private static Check engine(OpenModel open) {
        try (DjlEngine engine = DjlEngine.open(open.onnx(), open.plan(), "cpu", Progress.SILENT)) {
            return new Check("engine", true, "opens in " + engine.describe());
        } catch (SeptumException e) {
            return new Check("engine", false, e.getMessage());
        }
    }

    private static List<Check> tests(OpenModel open) {
        try {
            return TestRun.of(open).stream()
                    .map(run -> new Check("test tensors", run.isWell(),
                            String.format(Locale.ROOT, "%s differs from the test output by at most %.2g%s",
                                    run.engine(), run.difference(), run.isWell() ? "" : ", which is too much")))
                    .toList();
        } catch (SeptumException e) {
            return List.of(new Check("test tensors", false, e.getMessage()));
        }
    }
}
