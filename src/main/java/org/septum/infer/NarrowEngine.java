package org.septum.infer;

import java.util.List;
import java.util.Optional;

/**
 * An engine that runs no more calls side by side than a limit of memory allows. On another device than the CPU there is
 * one lane anyway, and its memory is not the program's.
 */
public final class NarrowEngine extends EngineAround {

    private final int mostLanes;

    /**
     * @param engine
     *            closed with this one
     * @param mostLanes
     *            at least 1
     */
    public NarrowEngine(Engine engine, int mostLanes) {
        super(engine);
        this.mostLanes = mostLanes;
    }

    @Override
    public List<Lane> lanes(Workload work) {
        return engine
                .lanes(new Workload(work.tiles(), work.batch(), work.tile(), Math.min(work.mostLanes(), mostLanes)));
    }

    @Override
    public Optional<Engine> onCpu() {
        return engine.onCpu().map(cpu -> new NarrowEngine(cpu, mostLanes));
    }
}
