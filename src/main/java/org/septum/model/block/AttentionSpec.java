package org.septum.model.block;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.septum.core.SeptumException;

/** Which attention a network uses after each double convolution. Written to files as {@code {"kind": "eca"}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({ @JsonSubTypes.Type(value = NoAttention.class, name = "none"),
        @JsonSubTypes.Type(value = SqueezeExcitation.class, name = "se"),
        @JsonSubTypes.Type(value = EcaAttention.class, name = "eca") })
public sealed interface AttentionSpec permits NoAttention, SqueezeExcitation, EcaAttention {

    /** The word for it on the command line. */
    String word();

    /** Puts the attention behind a feature, with nodes named {@code name.…}; returns the feature to go on with. */
    GraphAssembler.Feature attach(GraphAssembler graph, String name, GraphAssembler.Feature x);

    /** The attention of one stage of an encoder, counted from 0 as its paper counts; usually the same for all. */
    default AttentionSpec ofStage(int stage) {
        return this;
    }

    /** The words for all attentions. */
    static List<String> words() {
        return List.of("none", "se", "eca");
    }

    /** The attention meant by a word of {@link #words}. */
    static AttentionSpec of(String word) {
        return switch (word) {
            case "none" -> new NoAttention();
            case "se" -> new SqueezeExcitation();
            case "eca" -> new EcaAttention(0);
            default -> throw SeptumException
                    .usage("attention \"" + word + "\" is not known; allowed: " + String.join(", ", words()));
        };
    }
}
