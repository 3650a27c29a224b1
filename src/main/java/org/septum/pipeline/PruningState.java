package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.bundle.Safetensors;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

/**
 * A network after its channels were chosen and before it is trained, as it is kept for a compression that is cut off.
 *
 * @param plan
 *            of the smaller network
 * @param weights
 *            to go on from
 * @param facts
 *            what was chosen, for people
 * @param numbers
 *            cases looked at, and seconds it took
 * @param fromScratch
 *            true if it has to be trained like a new network
 */
record PruningState(Plan plan, NamedWeights weights, Map<String, String> facts, Numbers numbers, boolean fromScratch) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {
    };

    /**
     * What choosing took.
     *
     * @param cases
     *            looked at
     * @param seconds
     *            of it
     */
    record Numbers(int cases, double seconds) {
    }

    /**
     * Writes it.
     *
     * @param key
     *            of what was asked for
     */
    void write(Path file, String key) {
        try {
            Map<String, String> texts = Map.of("key", key, "plan", plan.toJson(), "facts",
                    JSON.writeValueAsString(facts), "cases", String.valueOf(numbers.cases()), "seconds",
                    String.valueOf(numbers.seconds()), "scratch", String.valueOf(fromScratch));
            WholeFile.write(file, true, aside -> Safetensors.write(weights, texts, aside));
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write what was pruned: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Reads it; absent if there is none.
     *
     * @param key
     *            of what is asked for now
     *
     * @throws SeptumException
     *             of kind USAGE if something else was asked for then, INPUT if the file is damaged
     */
    static Optional<PruningState> read(Path file, String key) {
        if (!Files.exists(file))
            return Optional.empty();
        Map<String, String> texts = Safetensors.readMetadata(file);
        if (!key.equals(texts.get("key"))) {
            throw SeptumException
                    .usage(file.getParent() + " holds an unfinished compression with another model, method,"
                            + " target or fold; give the same to go on with it, or drop it with --overwrite");
        }
        try {
            return Optional.of(new PruningState(Plan.parse(texts.get("plan"), file.toString()), Safetensors.read(file),
                    JSON.readValue(texts.get("facts"), TEXTS),
                    new Numbers(Integer.parseInt(texts.get("cases")), Double.parseDouble(texts.get("seconds"))),
                    Boolean.parseBoolean(texts.get("scratch"))));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw SeptumException.input(file + " is damaged; drop it with --overwrite: " + e.getMessage(), e);
        }
    }
}
