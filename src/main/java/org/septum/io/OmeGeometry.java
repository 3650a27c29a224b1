package org.septum.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.septum.core.ClassLabel;
import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

import loci.formats.meta.IMetadata;
import loci.formats.ome.OMEXMLMetadata;
import ome.units.UNITS;
import ome.units.quantity.Length;
import ome.xml.model.MapPair;

/**
 * Geometry in OME metadata: the spacing as physical sizes, which everyone reads; origin and direction, for which OME
 * has no place, in a map annotation of the namespace {@value #GEOMETRY}.
 */
final class OmeGeometry {

    static final String GEOMETRY = "septum.org/geometry";
    private static final String LABELS = "septum.org/labels";
    private static final String COLOURS = "septum.org/label-colours";
    private static final List<String> KEYS = List.of("origin", "direction x", "direction y", "direction z");

    private OmeGeometry() {
    }

    /** Puts a geometry, and the names and colours of classes if there are any, into the metadata of the only image. */
    static void write(IMetadata meta, ScanGeometry geometry, List<ClassLabel> labels) {
        Vector3 spacing = geometry.spacing();
        if (!Double.isNaN(spacing.x()))
            meta.setPixelsPhysicalSizeX(millimetres(spacing.x()), 0);
        if (!Double.isNaN(spacing.y()))
            meta.setPixelsPhysicalSizeY(millimetres(spacing.y()), 0);
        if (!Double.isNaN(spacing.z()))
            meta.setPixelsPhysicalSizeZ(millimetres(spacing.z()), 0);
        Direction d = geometry.direction();
        List<MapPair> pairs = new ArrayList<>();
        List<Vector3> vectors = List.of(geometry.origin(), d.x(), d.y(), d.z());
        for (int i = 0; i < KEYS.size(); i++) {
            Vector3 v = vectors.get(i);
            pairs.add(new MapPair(KEYS.get(i), v.x() + " " + v.y() + " " + v.z()));
        }
        annotate(meta, 0, GEOMETRY, pairs);
        if (!labels.isEmpty()) {
            annotate(meta, 1, LABELS,
                    labels.stream().map(l -> new MapPair(Integer.toString(l.value()), l.name())).toList());
            annotate(meta, 2, COLOURS, labels.stream()
                    .map(l -> new MapPair(Integer.toString(l.value()), "#%06x".formatted(l.rgb()))).toList());
        }
    }

    private static void annotate(IMetadata meta, int index, String namespace, List<MapPair> pairs) {
        String id = "Annotation:" + index;
        meta.setMapAnnotationID(id, index);
        meta.setMapAnnotationNamespace(namespace, index);
        meta.setMapAnnotationValue(pairs, index);
        meta.setImageAnnotationRef(id, 0, index);
    }

    /**
     * The geometry of an image.
     *
     * @param image
     *            its number, from 0
     * @param file
     *            for messages
     */
    static ScanGeometry read(OMEXMLMetadata meta, int image, Object file) {
        Vector3 spacing = new Vector3(millimetres(meta.getPixelsPhysicalSizeX(image)),
                millimetres(meta.getPixelsPhysicalSizeY(image)), millimetres(meta.getPixelsPhysicalSizeZ(image)));
        for (int i = 0; i < count(meta); i++) {
            if (GEOMETRY.equals(meta.getMapAnnotationNamespace(i)))
                return placed(spacing, meta.getMapAnnotationValue(i), file);
        }
        return new ScanGeometry(spacing, Vector3.ZERO, Direction.IDENTITY);
    }

    private static int count(OMEXMLMetadata meta) {
        try {
            return meta.getMapAnnotationCount();
        } catch (NullPointerException e) {
            // OME metadata without any structured annotation.
            return 0;
        }
    }

    private static ScanGeometry placed(Vector3 spacing, List<MapPair> pairs, Object file) {
        Map<String, String> values = pairs.stream()
                .collect(Collectors.toMap(MapPair::getName, MapPair::getValue, (a, b) -> b));
        try {
            List<Vector3> v = KEYS.stream().map(key -> vector(values.get(key))).toList();
            return new ScanGeometry(spacing, v.get(0), new Direction(v.get(1), v.get(2), v.get(3)));
        } catch (NumberFormatException | IndexOutOfBoundsException | NullPointerException e) {
            throw SeptumException.input(file + " has a damaged annotation " + GEOMETRY + " (" + values
                    + "); it must hold " + KEYS + " with three numbers each", e);
        }
    }

    private static Vector3 vector(String text) {
        double[] v = Stream.of(text.strip().split("\\s+")).mapToDouble(Double::parseDouble).toArray();
        return new Vector3(v[0], v[1], v[2]);
    }

    private static Length millimetres(double value) {
        return new Length(value, UNITS.MILLIMETER);
    }

    /** NaN for a size that is not there or counts in pixels. */
    private static double millimetres(Length length) {
        Number value = length == null ? null : length.value(UNITS.MILLIMETER);
        return value == null || !(value.doubleValue() > 0) ? Double.NaN : value.doubleValue();
    }
}
