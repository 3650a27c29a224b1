package org.septum.explain;

/**
 * Temperature scaling (Guo et al., ICML 2017) of probabilities instead of logits, which gives the same: p^(1/T) over
 * its sum. Above 1 a network becomes less sure, below 1 surer; the class with the largest probability stays.
 */
final class Temperature {

    /** Probabilities are not taken for smaller: 32-bit floats round what is all but impossible to 0. */
    private static final double SMALLEST = 1e-7;

    private static final double LOWEST = 0.05;

    private static final double HIGHEST = 20;

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private Temperature() {
    }

    /** Probabilities at a temperature. */
    static double[] apply(float[] p, double temperature) {
        double[] out = new double[p.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            out[c] = Math.pow(Math.max(p[c], SMALLEST), 1 / temperature);
            sum += out[c];
        }
        for (int c = 0; c < out.length; c++)
            out[c] /= sum;
        return out;
    }

    /**
     * The temperature from {@value #LOWEST} to {@value #HIGHEST} at which the true classes are likeliest, by golden
     * sections of its logarithm to 0.1 %. The negative log likelihood has one minimum: it is convex in 1 / T.
     */
    static double fit(ProbabilitySamples samples) {
        double low = Math.log(LOWEST);
        double high = Math.log(HIGHEST);
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double atA = samples.negativeLogLikelihood(Math.exp(a));
        double atB = samples.negativeLogLikelihood(Math.exp(b));
        while (high - low > 1e-3) {
            if (atA < atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - GOLDEN * (high - low);
                atA = samples.negativeLogLikelihood(Math.exp(a));
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + GOLDEN * (high - low);
                atB = samples.negativeLogLikelihood(Math.exp(b));
            }
        }
        return Math.exp((low + high) / 2);
    }
}
