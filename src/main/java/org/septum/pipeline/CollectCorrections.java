package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import net.imglib2.util.Util;
import net.imglib2.view.Views;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.DatasetDescription;
import org.septum.data.Plan;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ScanFiles;

/**
 * Keeps a scan with its corrected mask as a case that models can learn from: {@code imagesTr/NAME_0000.nii.gz} (one for
 * each channel), {@code labelsTr/NAME.nii.gz}, {@code dataset.json} in the layout that {@link TrainModel} takes, and
 * {@code corrections/NAME.json} with where the scan and the model's mask came from.
 */
public final class CollectCorrections {

    /** Corrected labels may lie so far beside their scan, in mm: rounding of file formats. */
    private static final double SAME_PLACE = 1e-2;

    private static final String DESCRIPTION = "dataset.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What to keep.
     *
     * @param scan
     *            with the channels that the model needs
     * @param mask
     *            as it should be, on the grid of the scan, with the classes of the model
     * @param source
     *            file of the scan, if there is one
     * @param model
     *            that made the mask which was corrected: folder or zip of Septum's own
     * @param folder
     *            of the corrections; made if need be
     * @param name
     *            of the case; blank for that of the scan
     * @param overwrite
     *            whether a case of this name may be replaced
     */
    public record Request(Scan scan, LabelMask mask, Optional<Path> source, Path model, Path folder, String name,
            boolean overwrite) {
    }

    /**
     * What was kept.
     *
     * @param name
     *            of the case
     * @param folder
     *            of the corrections
     * @param files
     *            of the case: scan, labels, where they came from
     * @param volumes
     *            of the classes
     * @param isNew
     *            false if the same scan with the same mask was there already
     */
    public record Result(String name, Path folder, List<Path> files, List<ClassVolume> volumes, boolean isNew) {

        public Result {
            files = List.copyOf(files);
            volumes = List.copyOf(volumes);
        }

        /** One line for people. */
        public String line() {
            return (isNew ? "kept as case " : "there already as case ") + name + " of " + folder + ": "
                    + SegmentScans.describe(volumes);
        }
    }

    private final Request request;

    private final DescribeModel.Result model;

    private final String name;

    private final ScanFacts facts;

    private CollectCorrections(Request request) {
        this.request = request;
        this.model = DescribeModel.run(request.model());
        this.name = fileName(request.name().isBlank() ? request.scan().name() : request.name());
        this.facts = ScanFacts.of(request.scan(), 1);
    }

    /** The classes of a model, which corrected masks have. */
    public static ClassLabels labels(Path model) {
        return DescribeModel.run(model).plan().labels();
    }

    /**
     * Keeps a scan and a corrected mask that lie in files.
     *
     * @param mask
     *            any mask file that {@link ScanFiles#readMask} reads
     * @param name
     *            of the case; blank for that of the scan
     */
    public static Result ofFiles(Path scan, Path mask, Path model, Path folder, String name, boolean overwrite) {
        LabelMask corrected = ScanFiles.readMask(mask, labels(model));
        return run(new Request(ScanFiles.read(scan), corrected, Optional.of(scan), model, folder, name, overwrite));
    }

    /**
     * Keeps a scan and its corrected mask. Nothing is written unless everything fits.
     *
     * @throws SeptumException
     *             of kind INPUT if scan, mask, model and the cases that are there do not fit, OUTPUT if there is
     *             another case of this name or it cannot be written
     */
    public static Result run(Request request) {
        return new CollectCorrections(request).run();
    }

    private Result run() {
        requireFit();
        List<Path> files = new ArrayList<>();
        for (int c = 0; c < request.scan().channels(); c++)
            files.add(request.folder().resolve("imagesTr")
                    .resolve(String.format(Locale.ROOT, "%s_%04d.nii.gz", name, c)));
        Path labels = request.folder().resolve("labelsTr").resolve(name + ".nii.gz");
        Path origin = request.folder().resolve("corrections").resolve(name + ".json");
        files.addAll(List.of(labels, origin));
        List<ClassVolume> volumes = ClassVolume.of(mask());
        if (!request.overwrite() && files.stream().allMatch(Files::exists) && isThere(labels, origin))
            return new Result(name, request.folder(), files, volumes, false);
        files.forEach(file -> WholeFile.requireFree(file, request.overwrite()));
        boolean isNew = files.stream().noneMatch(Files::exists);
        try {
            describe();
            for (int c = 0; c < request.scan().channels(); c++)
                NiftiScanWriter.write(channel(c), files.get(c), request.overwrite());
            text(origin, origin(volumes), request.overwrite());
            // last, since it makes a case of the scan
            new NiftiMaskWriter().write(mask(), labels, request.overwrite());
        } catch (SeptumException e) {
            if (isNew)
                remove(files, e);
            throw e;
        }
        return new Result(name, request.folder(), files, volumes, true);
    }

    /** True if a case of this name has the same scan and the same mask. */
    private boolean isThere(Path labels, Path origin) {
        try {
            String hash = JSON.readTree(origin.toFile()).path("scan").path("sha256OfValues").asText();
            LabelMask kept = ScanFiles.readMask(labels, model.plan().labels());
            return hash.equals(facts.content()) && kept.shape().equals(request.mask().shape())
                    && Util.imagesEqual(kept.pixels(), request.mask().pixels());
        } catch (IOException e) {
            return false;
        }
    }

    private void requireFit() {
        Scan scan = request.scan();
        LabelMask mask = request.mask();
        Plan plan = model.plan();
        if (scan.channels() != plan.channels().size()) {
            throw SeptumException.input(scan.name() + " has " + scan.channels() + " channels and the model needs "
                    + plan.channels().size() + " " + plan.channels() + "; give the scan that it segmented");
        }
        if (!scan.shape().equals(mask.shape())) {
            throw SeptumException.input("the corrected mask has " + mask.shape() + " voxels and the scan " + scan.name()
                    + " " + scan.shape() + "; give the mask of this scan, neither cropped nor scaled");
        }
        boolean known = scan.geometry().isCalibrated() && mask.geometry().isCalibrated();
        if (known && !scan.geometry().isCloseTo(mask.geometry(), SAME_PLACE)) {
            throw SeptumException.input("the corrected mask does not lie where the scan " + scan.name() + " lies: "
                    + DatasetCheck.difference(scan.geometry(), mask.geometry()) + "; give the mask of this scan");
        }
        if (!Double.isFinite(facts.mean())) {
            throw SeptumException.input("the scan " + scan.name()
                    + " holds values that are no numbers (NaN or infinite); replace them before models learn from it");
        }
        DatasetDescription there = DatasetDescription.of(request.folder().resolve(DESCRIPTION));
        boolean same = there.labels().map(l -> names(l).equals(names(plan.labels()))).orElse(true)
                && (there.channels().isEmpty() || there.channels().equals(plan.channels()));
        if (!same) {
            throw SeptumException.input(request.folder() + " has corrections of the classes "
                    + there.labels().map(l -> names(l).keySet()).orElseThrow() + " and channels " + there.channels()
                    + ", the model has " + names(plan.labels()).keySet() + " and " + plan.channels()
                    + "; choose another folder for the corrections of this model");
        }
    }

    /** The mask lies where the scan lies: pictures of labels do not know. */
    private LabelMask mask() {
        return new LabelMask(request.mask().pixels(), request.scan().geometry(), model.plan().labels());
    }

    private Scan channel(int c) {
        Scan scan = request.scan();
        return new Scan(name, Views.addDimension(Views.hyperSlice(scan.pixels(), 3, c), 0, 0), scan.geometry(),
                Modality.OTHER, List.of());
    }

    private void describe() {
        Path file = request.folder().resolve(DESCRIPTION);
        if (Files.exists(file))
            return;
        Map<String, String> channels = new LinkedHashMap<>();
        List<String> names = model.plan().channels();
        for (int c = 0; c < names.size(); c++)
            channels.put(String.valueOf(c), names.get(c));
        Map<String, Object> json = new LinkedHashMap<>();
        Path folder = request.folder().toAbsolutePath().normalize().getFileName();
        json.put("name", folder == null ? "corrections" : folder.toString());
        json.put("description", "scans with masks that were corrected by hand");
        json.put("channel_names", channels);
        json.put("labels", names(model.plan().labels()));
        json.put("file_ending", ".nii.gz");
        text(file, json, false);
    }

    private static Map<String, Integer> names(ClassLabels labels) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (ClassLabel c : labels.classes())
            names.put(c.name(), c.value());
        return names;
    }

    private Map<String, Object> origin(List<ClassVolume> volumes) {
        Map<String, Object> scan = new LinkedHashMap<>();
        scan.put("name", request.scan().name());
        request.source().ifPresent(file -> scan.put("file", file.toString()));
        scan.put("sha256OfValues", facts.content());
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("name", model.card().name());
        made.put("path", model.path().toString());
        made.put("sha256", model.hash());
        Map<String, Object> voxels = new LinkedHashMap<>();
        volumes.forEach(v -> voxels.put(v.label().name(), v.voxels()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("case", name);
        json.put("scan", scan);
        json.put("model", made);
        json.put("voxels", voxels);
        json.put("collected", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("septumVersion", SeptumVersion.text());
        return json;
    }

    private static void text(Path file, Map<String, Object> json, boolean overwrite) {
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
            WholeFile.write(file, overwrite, aside -> Files.writeString(aside, text));
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void remove(List<Path> files, SeptumException cause) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** A name that is a file name everywhere. */
    private static String fileName(String name) {
        String plain = name.strip().replaceAll("[^\\p{L}\\p{N}._-]+", "_").replaceFirst("^[._-]+", "");
        return plain.isEmpty() ? "scan" : plain;
    }
}
