package org.septum.pipeline;

import java.util.List;
import java.util.stream.Stream;

import org.septum.core.SeptumException;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.PlainEncoder;

/** The words with which a user chooses a network. */
public final class NetworkWords {

    private NetworkWords() {
    }

    /** CA-Net as it was published: a plain encoder with all of its attention and dropout. */
    static final String CANET = "canet";

    /** Every kind of network. */
    public static List<String> networks() {
        return Stream.concat(EncoderSpec.words().stream(), Stream.of(CANET)).toList();
    }

    /** The encoder of a kind of network. */
    static EncoderSpec encoder(String word) {
        if (!networks().contains(word))
            throw unknown("network", word, networks());
        return word.equals(CANET) ? new PlainEncoder() : EncoderSpec.of(word);
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

    static Normalization normalization(String word) {
        return Stream.of(Normalization.values()).filter(n -> n.word().equals(word)).findFirst()
                .orElseThrow(() -> unknown("norm", word, normalizations()));
    }

    static Activation activation(String word) {
        return Stream.of(Activation.values()).filter(a -> a.word().equals(word)).findFirst()
                .orElseThrow(() -> unknown("activation", word, activations()));
    }

    private static SeptumException unknown(String what, String word, List<String> allowed) {
        return SeptumException.usage(what + " \"" + word + "\" is not known; allowed: " + String.join(", ", allowed));
    }
}
