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

    private static final String WEIGHTS = "weights/";

    /** Called so since the time when velocities were all that it could be. */
    private static final String OPTIMIZER = "velocity/";

    private static final String AVERAGE = "average/";

    private static final String BEST = "best/";

    /** Writes it, replacing an older one. */
    public void write(Path file) {
        Map<String, NamedWeights.Tensor> all = new LinkedHashMap<>();
        put(all, WEIGHTS, checkpoint.weights());
        put(all, OPTIMIZER, checkpoint.optimizer());
        if (!checkpoint.average().equals(checkpoint.weights()))
            put(all, AVERAGE, checkpoint.average());
        put(all, BEST, checkpoint.best());
        Map<String, String> facts = Map.of("plan", plan.toJson(), "fold", String.valueOf(fold), "history",
                json(checkpoint.history()), "adjustments", json(checkpoint.adjustments()));
        WholeFile.write(file, true, aside -> Safetensors.write(new NamedWeights(all), facts, aside));
    }

    private static void put(Map<String, NamedWeights.Tensor> all, String prefix, NamedWeights part) {
        part.tensors().forEach((name, tensor) -> all.put(prefix + name, tensor));
    }

    /** Reads one. */
    public static CheckpointFile read(Path file) {
        Map<String, String> facts = Safetensors.readMetadata(file);
        if (!facts.keySet().containsAll(List.of("plan", "fold", "history"))) {
            throw SeptumException.input(file + " is no checkpoint of a training; start anew without --resume");
        }
        NamedWeights all = Safetensors.read(file);
        NamedWeights weights = part(all, WEIGHTS);
        NamedWeights average = part(all, AVERAGE);
        Checkpoint checkpoint = new Checkpoint(weights, part(all, OPTIMIZER),
                average.tensors().isEmpty() ? weights : average, part(all, BEST),
                List.of(parsed(facts.get("history"), EpochReport[].class)),
                parsed(facts.getOrDefault("adjustments", "{}"), Adjustments.class));
        return new CheckpointFile(Plan.parse(facts.get("plan"), file.toString()), Integer.parseInt(facts.get("fold")),
                checkpoint);
    }

    private static NamedWeights part(NamedWeights all, String prefix) {
        Map<String, NamedWeights.Tensor> part = new LinkedHashMap<>();
        all.tensors().forEach((name, tensor) -> {
            if (name.startsWith(prefix))
                part.put(name.substring(prefix.length()), tensor);
        });
        return new NamedWeights(part);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a history: " + e.getMessage(), e);
        }
    }

    private static <T> T parsed(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw SeptumException.input(
                    "the checkpoint's history is damaged: " + e.getOriginalMessage() + "; start anew without --resume",
                    e);
        }
    }
}
