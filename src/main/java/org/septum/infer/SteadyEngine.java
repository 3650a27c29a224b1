package org.septum.infer;

import java.util.List;

/**
 * An engine that stays with the plan's tiles and its device when memory runs out: what is made of a part of a scan must
 * fit what others make of the rest.
 */
final class SteadyEngine extends EngineAround {

    SteadyEngine(Engine engine) {
        super(engine);
    }

    @Override
    public List<Lane> lanes(Workload work) {
        return engine.lanes(work);
    }

    @Override
    public boolean takesOtherTiles() {
        return false;
    }

    @Override
    public void close() {
        // it is another's
    }
}
