package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.core.SeptumException;

/**
 * What only people know of a model, as a JSON file that they write: every field may be left out.
 *
 * @param name
 *            instead of the one made from the dataset
 * @param description
 *            instead of the one made from the plan
 * @param authors
 *            who made it
 * @param licence
 *            SPDX identifier
 * @param attribution
 *            what the licences of model and data ask users to say
 * @param citations
 *            beside the papers of the network
 */
public record CardWords(Optional<String> name, Optional<String> description, List<ModelCard.Author> authors,
        Optional<String> licence, Optional<String> attribution, List<ModelCard.Citation> citations) {

    /** The fields as they stand in the file; absent ones are null. */
    private record Json(String name, String description, List<ModelCard.Author> authors, String licence,
            String attribution, List<ModelCard.Citation> citations) {
    }

    public CardWords {
        authors = List.copyOf(authors);
        citations = List.copyOf(citations);
    }

    /**
     * Reads a file.
     *
     * @throws SeptumException
     *             of kind INPUT if it is not there or not such a file
     */
    public static CardWords read(Path file) {
        try {
            Json json = new ObjectMapper().readValue(Files.readString(file), Json.class);
            return new CardWords(Optional.ofNullable(json.name()), Optional.ofNullable(json.description()),
                    json.authors() == null ? List.of() : json.authors(), Optional.ofNullable(json.licence()),
                    Optional.ofNullable(json.attribution()), json.citations() == null ? List.of() : json.citations());
        } catch (JsonProcessingException e) {
            throw SeptumException.input(file + " is no card of a model: " + e.getOriginalMessage()
                    + "; allowed fields: name, description, authors, licence, attribution, citations", e);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the card " + file + ": " + e, e);
        }
    }
}
