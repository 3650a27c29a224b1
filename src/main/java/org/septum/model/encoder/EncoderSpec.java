package org.septum.model.encoder;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.septum.core.SeptumException;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GraphAssembler;

/** Which encoder a network uses. Written to files as {@code {"kind": "plain"}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({ @JsonSubTypes.Type(value = PlainEncoder.class, name = "plain") })
public sealed interface EncoderSpec permits PlainEncoder {

    /** The word for it on the command line. */
    String word();

    /** Adds the encoder to a graph; returns the output of every level, finest first. */
    List<GraphAssembler.Feature> attach(GraphAssembler graph, List<StageSpec> stages, AttentionSpec attention);

    /** The encoder meant by a word: {@code unet}. */
    static EncoderSpec of(String word) {
        if (word.equals("unet"))
            return new PlainEncoder();
        throw SeptumException.usage("network \"" + word + "\" is not known; allowed: unet");
    }
}
