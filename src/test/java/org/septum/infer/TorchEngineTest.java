package org.septum.infer;

import java.util.List;

import org.septum.core.Progress;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

class TorchEngineTest extends EngineContract {

    @Override
    String name() {
        return TorchEngine.NAME;
    }

    @Override
    Engine open(Plan plan, List<NamedWeights> members, String device) {
        return TorchEngine.open(plan, members, device, Progress.SILENT);
    }
}
