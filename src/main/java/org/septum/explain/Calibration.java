package org.septum.explain;

import java.util.Optional;

import org.septum.bundle.Bundle;
import org.septum.core.ProbabilityMap;
import org.septum.core.SeptumException;

/**
 * How to make a model's probabilities mean what they say, as found on cases it was not trained on. Masks do not change.
 *
 * @param temperature
 *            of the probabilities, above 0: p^(1/T) over its sum
 * @param cases
 *            how many it was found on
 * @param voxels
 *            of them
 * @param before
 *            how right the model was when so sure
 * @param after
 *            the same at the temperature, on the voxels that it was found on
 */
public record Calibration(double temperature, int cases, long voxels, ReliabilityTable before, ReliabilityTable after) {

    /** The attachment of a model that holds it. */
    public static final String ATTACHMENT = "calibration.json";

    private static final Attachment<Calibration> FILE = new Attachment<>(ATTACHMENT, Calibration.class);

    public Calibration {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY))
            throw SeptumException.input("calibration with temperature " + temperature + "; allowed: above 0");
        if (before == null || after == null)
            throw SeptumException.input("calibration without its tables of reliability; calibrate the model again");
    }

    /**
     * Finds the temperature.
     *
     * @throws SeptumException
     *             of kind INPUT if there are no voxels
     */
    public static Calibration of(ProbabilitySamples samples) {
        if (samples.count() == 0) {
            throw SeptumException.input("no voxel to calibrate with: neither the references nor the masks of the "
                    + samples.cases() + " cases show an object; give cases that do");
        }
        double temperature = Temperature.fit(samples);
        return new Calibration(temperature, samples.cases(), samples.count(), samples.reliability(1),
                samples.reliability(temperature));
    }

    /**
     * The calibration of a model, if it has one.
     *
     * @throws SeptumException
     *             of kind INPUT if it is there and damaged
     */
    public static Optional<Calibration> of(Bundle bundle) {
        return FILE.of(bundle);
    }

    static Calibration parse(String json) {
        return FILE.parse(json);
    }

    /** The text of the attachment. */
    public String toJson() {
        return FILE.text(this);
    }

    /** How likely classes are at the temperature: a view, computed slice by slice when it is read. */
    public ProbabilityMap apply(ProbabilityMap map) {
        int classes = map.labels().count();
        return new ProbabilityMap(CachedPlanes.image(map.pixels(), classes, z -> {
            float[][] planes = CachedPlanes.read(map.pixels(), z);
            float[] own = new float[classes];
            for (int i = 0; i < planes[0].length; i++) {
                for (int c = 0; c < classes; c++)
                    own[c] = planes[c][i];
                double[] p = Temperature.apply(own, temperature);
                for (int c = 0; c < classes; c++)
                    planes[c][i] = (float) p[c];
            }
            return planes;
        }), map.geometry(), map.labels());
    }
}
