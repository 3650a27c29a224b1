package org.septum.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * How far a measurement is off over many cases.
 *
 * @param what
 *            was measured
 * @param against
 *            "table" for what somebody else measured, "reference masks" for the reference masks by the same rule
 * @param error
 *            with its sign: positive if the prediction is too large
 * @param meanError
 *            its mean with a 95 % interval
 * @param absolute
 *            without sign
 * @param meanAbsolute
 *            its mean with a 95 % interval
 * @param unit
 *            of all
 */
public record MeasurementError(Measurement what, String against, Summary error, MeanInterval meanError,
        Summary absolute, MeanInterval meanAbsolute, DistanceUnit unit) {

    private static final String TABLE = "table";

    /** Errors of each measurement against a table, where there is one, and against the reference masks. */
    public static List<MeasurementError> of(List<MeasuredCase> cases) {
        List<MeasurementError> errors = new ArrayList<>();
        for (Measurement what : new LinkedHashSet<>(cases.stream().map(MeasuredCase::what).toList())) {
            List<MeasuredCase> own = cases.stream().filter(c -> c.what().equals(what)).toList();
            if (own.stream().anyMatch(c -> Double.isFinite(c.known())))
                errors.add(of(what, TABLE, own, MeasuredCase::errorToKnown));
            errors.add(of(what, "reference masks", own, MeasuredCase::errorToReference));
        }
        return errors;
    }

    private static MeasurementError of(Measurement what, String against, List<MeasuredCase> cases,
            ToDoubleFunction<MeasuredCase> error) {
        double[] errors = cases.stream().mapToDouble(error).toArray();
        DoubleStream absolute = Arrays.stream(errors).map(Math::abs);
        boolean mm = cases.stream().allMatch(c -> c.unit() == DistanceUnit.MILLIMETRES);
        return new MeasurementError(what, against, Summary.of(Arrays.stream(errors)),
                MeanInterval.of(Arrays.stream(errors)), Summary.of(absolute),
                MeanInterval.of(Arrays.stream(errors).map(Math::abs)),
                mm ? DistanceUnit.MILLIMETRES : DistanceUnit.VOXELS);
    }

    /** False if it is against the reference masks. */
    public boolean isAgainstTable() {
        return against.equals(TABLE);
    }

    /** "error of the circumference against the table", for people. */
    public String name() {
        return "error of the " + what.kind().word() + " against the " + against;
    }
}
