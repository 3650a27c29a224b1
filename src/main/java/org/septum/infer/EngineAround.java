package org.septum.infer;

/** An engine that does most of its work by another one, which it closes. */
public abstract class EngineAround implements Engine {

    /** Does the work. */
    protected final Engine engine;

    /** {@code engine} is closed with this. */
    protected EngineAround(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean takesOtherTiles() {
        return engine.takesOtherTiles();
    }

    @Override
    public int batch() {
        return engine.batch();
    }

    @Override
    public String device() {
        return engine.device();
    }

    @Override
    public String describe() {
        return engine.describe();
    }

    @Override
    public void close() {
        engine.close();
    }
}
