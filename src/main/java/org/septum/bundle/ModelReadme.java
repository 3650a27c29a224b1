package org.septum.bundle;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.septum.core.ClassLabel;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.metrics.Measurement;

/** Writes a bundle's {@code README.md} for the people who get it. */
final class ModelReadme {

    private ModelReadme() {
    }

    static String of(Bundle bundle) {
        ModelCard card = bundle.card();
        return String.join("\n", "# " + card.name(), "", card.description(), "",
                "**Not a medical device.** This model is for research. It has not been approved for diagnosis, treatment"
                        + " or any other decision about a patient.",
                "", "## What it segments", "", classes(bundle.plan()) + use(card.use()), "",
                "## What it was trained on", "", training(bundle), "", "## Validation", "", scores(card), "",
                "## Limits", "", limits(bundle), "", "## How to use it", "", manual(bundle.plan()), "",
                "## Licence and citation", "", licence(card), "");
    }

    private static String classes(Plan plan) {
        StringBuilder table = new StringBuilder("| value in the mask | class |\n|---|---|");
        for (ClassLabel c : plan.labels().classes())
            table.append("\n| ").append(c.value()).append(" | ").append(cell(c.name())).append(" |");
        return table.toString();
    }

    private static String use(ModelCard.Use use) {
        StringBuilder text = new StringBuilder();
        if (!use.intended().isEmpty())
            text.append("\n\nIntended use: ").append(use.intended());
        for (Measurement m : use.measurements())
            text.append("\n\nIt is there to measure the ").append(m.kind().word()).append(" of the ")
                    .append(m.className()).append(": `septum segment` reports it with every mask, in mm where the pixel"
                            + " size is known (`--pixel-size` for pictures).");
        return text.toString();
    }

    /** A text that breaks no table. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ");
    }

    private static String training(Bundle bundle) {
        Plan plan = bundle.plan();
        StringBuilder list = new StringBuilder();
        list.append("- dataset: ").append(plan.dataset());
        list.append("\n- modality: ").append(plan.modality()).append(", channels: ")
                .append(String.join(", ", plan.channels()));
        list.append("\n- network: ").append(plan.network().describe()).append(", ")
                .append(plan.network().graph().parameters()).append(" parameters");
        if (bundle.isEnsemble())
            list.append("; ").append(bundle.members().size()).append(" of them, whose probabilities are averaged");
        bundle.card().training().forEach((fact, value) -> list.append("\n- ").append(fact).append(": ").append(value));
        return list.toString();
    }

    private static String scores(ModelCard card) {
        String how = "\n\nMeasure it on scans of your own before you rely on it: segment scans that have reference masks,"
                + " then `septum evaluate --reference DIR --prediction DIR -o DIR`.";
        if (card.scores().isEmpty())
            return "No score was measured." + how;
        StringBuilder table = new StringBuilder(
                "| class | metric | mean | 95 % interval | sd | n | measured on |\n|---|---|---|---|---|---|---|");
        for (ModelCard.Score s : card.scores()) {
            table.append("\n| ").append(cell(s.className())).append(" | ").append(cell(s.metric())).append(" | ")
                    .append(number(s.mean())).append(" | ").append(interval(s)).append(" | ").append(number(s.sd()))
                    .append(" | ").append(s.n()).append(" | ").append(cell(s.split())).append(" |");
        }
        return table.append("\n\nMean and standard deviation (sd) are over n cases; the interval of"
                + " the mean is a bootstrap over them.").append(how).toString();
    }

    private static String interval(ModelCard.Score s) {
        return Double.isFinite(s.low()) && Double.isFinite(s.high())
                ? String.format(Locale.ROOT, "%.3f to %.3f", s.low(), s.high())
                : "";
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "not measurable";
    }

    private static String limits(Bundle bundle) {
        Plan plan = bundle.plan();
        String own = bundle.card().use().limits().stream().map(l -> "- " + l + "\n").collect(Collectors.joining());
        return own
                + "- It knows only scans like those it was trained on: other scanners, sequences, body parts, ages or"
                + " diseases may give wrong masks without a warning.\n- It names one of the classes above for every"
                + " voxel, whatever the scan shows.\n- It expects " + plan.channels().size() + " channel"
                + (plan.channels().size() == 1 ? "" : "s") + " in this order: " + String.join(", ", plan.channels())
                + ".\n- Look at every mask.";
    }

    private static String manual(Plan plan) {
        String size = plan.size().isEmpty() ? ""
                : ", every slice brought to " + plan.size().get(0) + " × " + plan.size().get(1)
                        + " pixels as a whole (means where it shrinks)";
        String grid = plan.spacing().stream().allMatch(s -> s.isNaN()) ? "as they are stored"
                : "resampled to " + plan.spacing().stream().map(s -> s.isNaN() ? "own" : s.toString())
                        .collect(Collectors.joining(" × ")) + " mm (x × y × z)";
        return "- Fiji: *Plugins > Septum > Segment…*, choose this folder or zip.\n"
                + "- Command line: `septum segment SCAN -m MODEL -o OUT`, where MODEL is this folder or zip.\n"
                + "- Other software for bioimage.io models, or ONNX Runtime with `weights.onnx`: input `input` (batch, "
                + "channel, " + (plan.network().dims() == 3 ? "z, " : "") + "y, x) float32, output `probabilities` of"
                + " the same size with one channel for each class. Septum itself takes care of the following; others"
                + " need it done before: scans " + grid + size + ", "
                + (plan.grid() == Plan.GridAxes.LPS ? "axes turned to run to the patient's left, back and head, " : "")
                + normalization(plan) + ". Tiles of " + patch(plan) + " voxels, as in training, give the best result."
                + beside(plan) + afterwards(plan);
    }

    /** What a network that sees several slices gets as channels. */
    private static String beside(Plan plan) {
        if (plan.slices().isEmpty())
            return "";
        String offsets = plan.slices().stream().map(o -> o > 0 ? "+" + o : String.valueOf(o))
                .collect(Collectors.joining(", "));
        return "\n- It segments a slice and sees the slices beside it (2.5D): the channels of `input` are, slice after"
                + " slice at " + offsets + " from the one that is segmented, all channels of the scan; beyond the"
                + " ends of the scan its outermost slice stands in.";
    }

    /** What is done to masks behind the network. */
    private static String afterwards(Plan plan) {
        if (plan.postProcessing() == null || plan.postProcessing().largestPart().isEmpty())
            return "";
        String names = plan.labels().classes().stream()
                .filter(c -> plan.postProcessing().largestPart().contains(c.value())).map(ClassLabel::name)
                .collect(Collectors.joining(", "));
        return "\n- Of " + names + " Septum keeps only the largest connected part"
                + (plan.postProcessing().perSlice() ? " of each slice" : "")
                + " (`--no-postprocessing` leaves the rest); the scores above are of such masks.";
    }

    private static String patch(Plan plan) {
        List<Integer> sizes = plan.patch().subList(0, plan.network().dims());
        return sizes.stream().map(String::valueOf).collect(Collectors.joining(" × "));
    }

    private static String normalization(Plan plan) {
        return plan.normalization().stream().map(ModelReadme::normalization).distinct()
                .collect(Collectors.joining("; then for the next channel "));
    }

    private static String normalization(IntensityNormalization n) {
        if (n.kind() == IntensityNormalization.Kind.SCAN)
            return "each channel of each scan shifted and scaled to mean 0 and standard deviation 1";
        String clip = n.lower() == null && n.upper() == null ? ""
                : "clipped to " + (n.lower() == null ? "any" : n.lower()) + " … "
                        + (n.upper() == null ? "any" : n.upper()) + ", ";
        return "intensities " + clip + "minus " + n.mean() + ", divided by " + n.sd();
    }

    private static String licence(ModelCard card) {
        StringBuilder text = new StringBuilder();
        text.append(card.licence().isEmpty() ? "No licence was chosen: ask the authors before you share it."
                : "Licence: " + card.licence() + ".");
        if (!card.attribution().isEmpty())
            text.append("\n\n").append(card.attribution());
        text.append("\n\nAuthors: ")
                .append(card.authors().stream().map(ModelCard.Author::name).collect(Collectors.joining(", ")))
                .append(".\n");
        for (ModelCard.Citation c : card.citations()) {
            text.append("\n- ").append(c.text()).append(". ")
                    .append(c.doi().isEmpty() ? c.url() : "https://doi.org/" + c.doi());
        }
        return text.toString();
    }
}
