package org.septum.pipeline;

import java.util.List;

import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;

/** The words with which a user chooses a network. */
public final class NetworkWords {

    private NetworkWords() {
    }

    /** Every kind of network. */
    public static List<String> networks() {
        return EncoderSpec.words();
    }

    /** Every attention. */
    public static List<String> attentions() {
        return AttentionSpec.words();
    }

    /** Every normalisation. */
    public static List<String> normalizations() {
        return Normalization.words();
    }

    /** Every activation. */
    public static List<String> activations() {
        return Activation.words();
    }
}
