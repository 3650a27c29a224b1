package org.septum.explain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A case with a reference that a model was not trained on, and what can be measured without the reference.
 *
 * @param name
 *            of the case
 * @param group
 *            its patient
 * @param dice
 *            of the mask, mean over the foreground classes that the reference or the mask shows; 1 if neither does
 * @param features
 *            of {@link CaseFeatures}
 * @param facts
 *            of {@link ScanFacts}
 */
public record JudgedCase(String name, String group, double dice, Map<String, Double> features,
        Map<String, Double> facts) {

    public JudgedCase {
        features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
