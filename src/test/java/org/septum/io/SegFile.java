package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/**
 * A DICOM SEG as tests read it: the places of the slices that have frames, by their rank in the dimension index, span
 * the grid; slices between them without a frame are empty.
 */
final class SegFile {

    private final DicomTree tree;
    private final List<Vector3> places = new ArrayList<>();

    private SegFile(DicomTree tree) {
        this.tree = tree;
        for (DicomTree frame : tree.items(0x52009230)) {
            int rank = rank(frame);
            while (places.size() <= rank)
                places.add(null);
            places.set(rank, vector(frame.item(0x00209113).numbers(0x00200032), 0));
        }
    }

    /** Reads a mask, whose segments bear the names of these classes. */
    static LabelMask read(Path file, ClassLabels labels) throws IOException {
        return new SegFile(DicomTree.read(file)).mask(labels);
    }

    private static int rank(DicomTree frame) {
        // Number 2 of the dimension index, from 1; each has four bytes.
        return (frame.item(0x00209111).bytes(0x00209157)[4] & 0xff) - 1;
    }

    private static Vector3 vector(double[] v, int from) {
        return new Vector3(v[from], v[from + 1], v[from + 2]);
    }

    private ScanGeometry geometry(int depth) {
        DicomTree shared = tree.item(0x52009229);
        double[] orientation = shared.item(0x00209116).numbers(0x00200037);
        DicomTree measures = shared.item(0x00289110);
        double[] inPlane = measures.numbers(0x00280030);
        Vector3 x = vector(orientation, 0);
        Vector3 y = vector(orientation, 3);
        Vector3 z = x.cross(y);
        double step = measures.has(0x00180088) ? measures.numbers(0x00180088)[0] : Double.NaN;
        if (depth > 1) {
            Vector3 span = places.get(places.size() - 1).minus(places.get(0));
            step = span.length() / (depth - 1);
            z = span.times(1 / span.length());
        }
        return new ScanGeometry(new Vector3(inPlane[1], inPlane[0], step), places.get(0), new Direction(x, y, z));
    }

    private int depth() {
        if (places.size() == 1)
            return 1;
        DicomTree shared = tree.item(0x52009229);
        double[] o = shared.item(0x00209116).numbers(0x00200037);
        Vector3 span = places.get(places.size() - 1).minus(places.get(0));
        double across = Math.abs(span.dot(vector(o, 0).cross(vector(o, 3))));
        return (int) Math.round(across / shared.item(0x00289110).numbers(0x00180088)[0]) + 1;
    }

    private LabelMask mask(ClassLabels labels) {
        int width = tree.shorts(0x00280011)[0];
        int height = tree.shorts(0x00280010)[0];
        int depth = depth();
        ScanGeometry geometry = geometry(depth);
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(width, height, depth);
        List<DicomTree> frames = tree.items(0x52009230);
        for (int f = 0; f < frames.size(); f++) {
            int segment = frames.get(f).item(0x0062000a).shorts(0x0062000b)[0];
            double along = places.get(rank(frames.get(f))).minus(geometry.origin()).length();
            int z = depth == 1 ? 0 : (int) Math.round(along / geometry.spacing().z());
            for (int i = 0; i < width * height; i++) {
                if (bit((long) f * width * height + i))
                    pixels.getAt(i % width, i / width, z).set(value(segment, labels));
            }
        }
        return new LabelMask(pixels, geometry, labels);
    }

    private boolean bit(long i) {
        return (tree.bytes(0x7fe00010)[(int) (i / 8)] >> i % 8 & 1) == 1;
    }

    private int value(int segment, ClassLabels labels) {
        DicomTree item = tree.items(0x00620002).stream().filter(s -> s.shorts(0x00620004)[0] == segment).findFirst()
                .orElseThrow();
        return labels.classes().stream().filter(c -> c.name().equals(item.text(0x00620005))).mapToInt(ClassLabel::value)
                .findFirst().orElseThrow();
    }
}
