package org.septum.explain;

import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import org.septum.bundle.Bundle;
import org.septum.core.SeptumException;

/**
 * What {@code septum model calibrate} adds to a model: a record, as JSON.
 *
 * @param name
 *            of the attachment
 * @param type
 *            of the record
 */
record Attachment<T>(String name, Class<T> type) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * That of a model, if it has one.
     *
     * @throws SeptumException
     *             of kind INPUT if it is there and damaged
     */
    Optional<T> of(Bundle bundle) {
        return Optional.ofNullable(bundle.attachments().get(name)).map(this::parse);
    }

    /** The record of a text; throws as {@link #of}. */
    T parse(String json) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw SeptumException.input(name + " is damaged: " + e.getOriginalMessage() + "; calibrate the model again",
                    e);
        }
    }

    /** The text of a record. */
    String text(T value) {
        try {
            return JSON.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write " + name + ": " + e.getMessage(), e);
        }
    }
}
