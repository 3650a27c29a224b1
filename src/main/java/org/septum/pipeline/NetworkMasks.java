package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;

import org.septum.bundle.OpenBundle;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.explain.Uncertainty;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.infer.TorchEngine;
import org.septum.model.NamedWeights;

/** How far the networks of an ensemble, each trained on other cases, agree about a scan. */
final class NetworkMasks implements AutoCloseable {

    private final OpenBundle model;

    private final ExplainScan.Request request;

    private final List<TorchEngine> engines = new ArrayList<>();

    /**
     * @throws SeptumException
     *             of kind USAGE if a comparison is wanted of a model of one network
     */
    NetworkMasks(OpenBundle model, ExplainScan.Request request) {
        this.model = model;
        this.request = request;
        if (request.networks() && !model.bundle().isEnsemble()) {
            throw SeptumException.usage("--networks with a model of one network; it needs several, such as"
                    + " septum train --fold all makes");
        }
    }

    /** Dice between the masks of every two networks, mean over pairs and classes; NaN if not asked for. */
    double agreement(PreparedScan prepared, SegmenterOptions options, Progress progress) {
        if (!request.networks())
            return Double.NaN;
        if (engines.isEmpty())
            for (NamedWeights member : model.bundle().members())
                engines.add(TorchEngine.open(model.plan(), List.of(member), request.device(), progress));
        List<LabelMask> masks = new ArrayList<>();
        for (TorchEngine engine : engines)
            masks.add(new Segmenter(engine, options).segment(prepared, progress));
        return Uncertainty.agreement(masks, masks.get(0));
    }

    @Override
    public void close() {
        engines.forEach(TorchEngine::close);
    }
}
