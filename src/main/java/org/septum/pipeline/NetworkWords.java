package org.septum.pipeline;

import java.util.List;

import org.septum.model.block.AttentionSpec;

/** The words with which a user chooses a network. */
public final class NetworkWords {

    private NetworkWords() {
    }

    /** Every attention. */
    public static List<String> attentions() {
        return AttentionSpec.words();
    }
}
