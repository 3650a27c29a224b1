package org.septum.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.bundle.Safetensors;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

/**
 * A {@link Checkpoint} and what it belongs to in one safetensors file, so that a kill at any moment leaves either the
 * old state or the new one.
 *
 * @param plan
 *            what is trained
 * @param fold
 *            which cases are held out; -1 for none
 * @param checkpoint
 *            the state
 */
public record CheckpointFile(Plan plan, int fold, Checkpoint checkpoint) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> PARTS = List.of("weights/", "velocity/", "best/");

    /** Writes it, replacing an older one. */
    public void write(Path file) {
        Map<String, NamedWeights.Tensor> all = new LinkedHashMap<>();
        List<NamedWeights> parts = List.of(checkpoint.weights(), checkpoint.velocity(), checkpoint.best());
        for (int i = 0; i < parts.size(); i++) {
            String prefix = PARTS.get(i);
            parts.get(i).tensors().forEach((name, tensor) -> all.put(prefix + name, tensor));
        }
        Map<String, String> facts = Map.of("plan", plan.toJson(), "fold", String.valueOf(fold), "history",
                json(checkpoint.history()));
        WholeFile.write(file, true, aside -> Safetensors.write(new NamedWeights(all), facts, aside));
    }

    /** Reads one. */
    public static CheckpointFile read(Path file) {
        Map<String, String> facts = Safetensors.readMetadata(file);
        if (!facts.keySet().containsAll(List.of("plan", "fold", "history"))) {
            throw SeptumException.input(file + " is no checkpoint of a training; start anew without --resume");
        }
        NamedWeights all = Safetensors.read(file);
        Checkpoint checkpoint = new Checkpoint(part(all, 0), part(all, 1), part(all, 2), history(facts.get("history")));
        return new CheckpointFile(Plan.parse(facts.get("plan"), file.toString()), Integer.parseInt(facts.get("fold")),
                checkpoint);
    }

    private static NamedWeights part(NamedWeights all, int index) {
        Map<String, NamedWeights.Tensor> part = new LinkedHashMap<>();
        all.tensors().forEach((name, tensor) -> {
            String prefix = PARTS.get(index);
            if (name.startsWith(prefix))
                part.put(name.substring(prefix.length()), tensor);
        });
        return new NamedWeights(part);
    }

    private static String json(List<EpochReport> history) {
        try {
            return JSON.writeValueAsString(history);
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a history: " + e.getMessage(), e);
        }
    }

    private static List<EpochReport> history(String json) {
        try {
            return List.of(JSON.readValue(json, EpochReport[].class));
        } catch (JsonProcessingException e) {
            throw SeptumException.input(
                    "the checkpoint's history is damaged: " + e.getOriginalMessage() + "; start anew without --resume",
                    e);
        }
    }
}
