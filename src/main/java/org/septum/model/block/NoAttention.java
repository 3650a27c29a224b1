package org.septum.model.block;

/** A plain network. */
public record NoAttention() implements AttentionSpec {

    @Override
    public String word() {
        return "none";
    }

    @Override
    public GraphAssembler.Feature attach(GraphAssembler graph, String name, GraphAssembler.Feature x) {
        return x;
    }
}
