package org.septum.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.septum.bundle.OnnxExport;
import org.septum.core.Progress;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

class OnnxEngineContractTest extends EngineContract {

    @Override
    String name() {
        return DjlEngine.NAME;
    }

    @Override
    Engine open(Plan plan, List<NamedWeights> members, String device) throws IOException {
        Path onnx = folder.resolve("network.onnx");
        OnnxExport.write(plan.network(), members, onnx);
        return DjlEngine.open(onnx, plan, device, 3, Progress.SILENT);
    }
}
