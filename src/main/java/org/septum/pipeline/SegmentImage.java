package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;

import org.septum.bundle.OpenModel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.infer.Engine;
import org.septum.infer.Segmenter;

/** Segments a scan that is already open: what {@link SegmentScans} does to a file, without the files. */
public final class SegmentImage {

    private SegmentImage() {
    }

    /**
     * What to segment.
     *
     * @param scan
     *            with the channels and, for a 3D model, the slices that the model needs
     * @param model
     *            folder or zip
     * @param pass
     *            how the network goes over it
     */
    public record Request(Scan scan, Path model, SegmentPass pass) {

        /** The usual way of the network over it, on a device. */
        public static Request of(Scan scan, Path model, String device) {
            return new Request(scan, model, SegmentPass.DEFAULT.withDevice(device));
        }

        /** The same with the mean over mirror images, or without. */
        public Request withTta(boolean wanted) {
            return new Request(scan, model, pass.withTta(wanted));
        }
    }

    /**
     * What came out.
     *
     * @param mask
     *            on the scan's grid
     * @param volumes
     *            of the foreground classes
     * @param engine
     *            what the network ran on, for people
     */
    public record Result(LabelMask mask, List<ClassVolume> volumes, String engine) {

        public Result {
            volumes = List.copyOf(volumes);
        }
    }

    /**
     * Segments. The mask is byte-equal to the one that {@link SegmentScans} writes for the same scan.
     *
     * @throws org.septum.core.SeptumException
     *             if the model is bad, does not fit the scan, the device is missing, mirror images are asked of a model
     *             that never saw any, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        try (OpenModel open = OpenModel.open(request.model());
                Engine engine = request.pass().open(open, progress)) {
            open.notes().forEach(progress::message);
            Scan scan = open.prepared(request.scan());
            LabelMask mask = open.finished(
                    new Segmenter(engine, request.pass().segmenterOptions(open)).segment(scan, open.plan(), progress),
                    request.scan());
            return new Result(mask, ClassVolume.of(mask, open.measurements()), engine.describe());
        }
    }
}
