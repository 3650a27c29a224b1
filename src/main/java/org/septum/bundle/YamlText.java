package org.septum.bundle;

import java.io.StringReader;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import org.septum.core.SeptumException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;

/** YAML as plain data. No object is made, nothing is repeated by reference, and depth is bounded. */
final class YamlText {

    /** Deeper than any description of a model. */
    private static final int DEEPEST = 30;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true).build();

    private YamlText() {
    }

    /**
     * Parses.
     *
     * @throws SeptumException
     *             of kind INPUT with the reason, without the name of the file
     */
    static JsonNode parse(String text) {
        requireTame(text);
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw notYaml(e, e.getOriginalMessage());
        } catch (YAMLException e) {
            throw notYaml(e, e.getMessage());
        }
    }

    private static void requireTame(String text) {
        LoaderOptions options = new LoaderOptions();
        int depth = 0;
        try {
            for (Event event : new Yaml(options).parse(new StringReader(text))) {
                if (event instanceof AliasEvent alias) {
                    throw SeptumException.input("it repeats \"" + alias.getAnchor() + "\" by a reference in line "
                            + (alias.getStartMark().getLine() + 1)
                            + ", as YAML bombs do; write out what it stands for");
                }
                depth += event.is(Event.ID.MappingStart) || event.is(Event.ID.SequenceStart) ? 1
                        : event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd) ? -1 : 0;
                if (depth > DEEPEST)
                    throw SeptumException.input("it is nested more than " + DEEPEST + " levels deep");
            }
        } catch (YAMLException e) {
            throw notYaml(e, e.getMessage());
        }
    }

    private static SeptumException notYaml(Exception cause, String message) {
        String first = message == null ? "no reason given" : message.lines().findFirst().orElse("no reason given");
        return SeptumException.input("it is not YAML: " + first, cause);
    }
}
