package org.septum.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.bundle.Bundle;
import org.septum.bundle.ModelCard;
import org.septum.compress.CompressionMethod;
import org.septum.compress.NetworkCost;
import org.septum.compress.Quantizer;
import org.septum.compress.Receipt;
import org.septum.data.Plan;

/**
 * A model after its compression, and how it came about.
 *
 * @param before
 *            the model that was compressed
 * @param bundle
 *            as it is now; of a pruned model without texts
 * @param pruned
 *            absent without pruning
 * @param quantized
 *            absent without integers
 */
record CompressedModel(Bundle before, Bundle bundle, Optional<PruneModel.Outcome> pruned,
        Optional<Quantizer.Found> quantized) {

    /**
     * What it cost and gained.
     *
     * @param request
     *            that was carried out
     * @param measured
     *            both models on held-out cases
     * @param bytes
     *            of the graphs that were run
     * @param split
     *            which cases these are, in words
     */
    Receipt receipt(CompressModel.Request request, BeforeAndAfter measured, Receipt.Change bytes, String split) {
        Plan old = before.plan();
        NetworkCost macs = NetworkCost.flops(old.patchInTensorOrder());
        Receipt.Size size = new Receipt.Size(change(NetworkCost.params()), change(macs), bytes);
        Receipt.Choices choices = quantized.map(f -> new Receipt.Choices(CompressModel.TILES, f.ranges(), f.change(),
                List.copyOf(f.quantization().kept()))).orElse(null);
        return new Receipt(Receipt.VERSION, request.methods().stream().map(CompressionMethod::word).toList(),
                request.isPruning() ? request.wishes().target().toString() : "", old.dataset(), split,
                measured.scores(old), size, measured.seconds(),
                pruned.map(PruneModel.Outcome::effort).orElse(Receipt.Effort.none()),
                pruned.map(PruneModel.Outcome::facts).orElse(Map.of()), choices, measured.machine());
    }

    private Receipt.Change change(NetworkCost cost) {
        return new Receipt.Change(cost.of(before.plan().network()), cost.of(bundle.plan().network()));
    }

    /** The model with its receipt, and if it was pruned with its own scores instead of those of the large one. */
    Bundle described(Receipt receipt, BeforeAndAfter measured) {
        Map<String, String> texts = new TreeMap<>(bundle.attachments());
        // those of earlier compressions stay, the oldest first
        for (Map.Entry<String, String> text : before.attachments().entrySet())
            if (text.getKey().matches("receipt-\\d+\\.json"))
                texts.put(text.getKey(), text.getValue());
        long earlier = texts.keySet().stream().filter(name -> name.matches("receipt-\\d+\\.json")).count();
        Optional.ofNullable(before.attachments().get(Receipt.FILE))
                .ifPresent(last -> texts.put("receipt-" + (earlier + 1) + ".json", last));
        texts.put(Receipt.FILE, receipt.toJson());
        if (pruned.isEmpty())
            return bundle.withAttachments(texts);
        texts.put(Bundle.SCORES, measured.after().toCsv());
        texts.put(Bundle.SUMMARY, measured.after().summaryCsv());
        if (!pruned.get().history().isEmpty())
            texts.put("training.csv", TrainingRecord.csv(pruned.get().history()));
        return bundle.withCard(card(receipt, measured)).withAttachments(texts);
    }

    /** The words of the large model, and what has become of it. */
    private ModelCard card(Receipt receipt, BeforeAndAfter measured) {
        Map<String, String> facts = new LinkedHashMap<>(before.card().training());
        String made = String.format(Locale.ROOT, "%s, %s: %.1f %% of the multiply-adds left",
                String.join(", ", receipt.methods()), receipt.target(), 100 * receipt.size().macs().share());
        facts.merge("compressed", made, (first, then) -> first + "; then " + then);
        if (receipt.effort().trainingSeconds() > 0) {
            String trained = String.format(Locale.ROOT, "%.1f minutes, %d steps",
                    receipt.effort().trainingSeconds() / 60, receipt.effort().trainingSteps());
            facts.merge("trained after compression", trained, (first, then) -> first + "; then " + then);
        }
        return before.card().withTraining(facts)
                .withScores(TrainingRecord.cardScores(measured.after(), List.of(), receipt.split()));
    }
}
