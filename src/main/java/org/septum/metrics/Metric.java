package org.septum.metrics;

import java.util.function.ToDoubleFunction;

/** What is measured of a case and class. */
public enum Metric {

    DICE("dice", CaseScores::dice), IOU("iou", CaseScores::iou), HD95("hd95", CaseScores::hd95),
    NSD("nsd", CaseScores::nsd), ASSD("assd", CaseScores::assd), REFERENCE_ML("reference_ml", CaseScores::referenceMl),
    PREDICTION_ML("prediction_ml", CaseScores::predictionMl);

    private final String key;
    private final ToDoubleFunction<CaseScores> getter;

    Metric(String key, ToDoubleFunction<CaseScores> getter) {
        this.key = key;
        this.getter = getter;
    }

    /** Its name in CSV and JSON: "hd95". */
    public String key() {
        return key;
    }

    /** Its value for a case and class; NaN if it cannot be measured. */
    public double of(CaseScores scores) {
        return getter.applyAsDouble(scores);
    }
}
