package org.septum.infer;

import org.septum.core.Scan;
import org.septum.core.Workspace;
import org.septum.data.AirRule;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/** A scan that fits a model, with its intensities measured: what {@link Segmenter#prepare} leaves for the network. */
public final class PreparedScan {

    private final Scan scan;

    private final Plan plan;

    private final WorkingGrid grid;

    private final Workspace space;

    private final WorkingVolume volume;

    PreparedScan(Scan scan, Plan plan, WorkingGrid grid, Workspace space, AirRule air) {
        this.scan = scan;
        this.plan = plan;
        this.grid = grid;
        this.space = space;
        this.volume = WorkingVolume.of(scan, plan, grid, space.memory() / 2, air);
    }

    /** The scan itself. */
    public Scan scan() {
        return scan;
    }

    /** All its slices along the working z axis. */
    Slab whole() {
        return Slab.whole(grid.orientedSize().get(2));
    }

    Plan plan() {
        return plan;
    }

    WorkingGrid grid() {
        return grid;
    }

    Workspace space() {
        return space;
    }

    WorkingVolume volume() {
        return volume;
    }
}
