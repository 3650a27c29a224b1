package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the compressed bytes of each frame lie in a DICOM file (PS3.5, annex A.4): a table of offsets, which may be
 * empty, and fragments, of which a frame may have several.
 *
 * @param frames
 *            the fragments of each frame
 */
record DicomFragments(List<List<Fragment>> frames) {

    private static final int ITEM = 0xe000fffe;

    /** One run of bytes of a file. */
    record Fragment(long offset, int length) {
    }

    /**
     * Finds the fragments of a file.
     *
     * @param frames
     *            how many frames it states
     */
    static DicomFragments find(DicomBytes in, long from, int frames) throws IOException {
        List<Fragment> all = new ArrayList<>();
        List<Long> table = new ArrayList<>();
        long at = from;
        long firstFragment = from;
        for (int item = 0; at + 8 <= in.size() && in.int32(at) == ITEM; item++) {
            int length = in.int32(at + 4);
            if (length < 0 || at + 8 + length > in.size())
                throw new EOFException("its compressed pixels end too early");
            if (item == 0) {
                for (int i = 0; 4 * i + 4 <= length && i < frames; i++)
                    table.add(in.int32(at + 8 + 4L * i) & 0xffffffffL);
                firstFragment = at + 8 + length;
            } else {
                all.add(new Fragment(at + 8, length));
            }
            at += 8L + length;
        }
        if (all.isEmpty())
            throw new EOFException("it holds no compressed pixels");
        return new DicomFragments(group(in, all, table, firstFragment, frames));
    }

    private static List<List<Fragment>> group(DicomBytes in, List<Fragment> all, List<Long> table, long origin,
            int frames) throws IOException {
        if (frames == 1)
            return List.of(all);
        if (all.size() == frames)
            return all.stream().map(List::of).toList();
        List<List<Fragment>> grouped = new ArrayList<>();
        for (Fragment fragment : all) {
            boolean begins = table.size() == frames ? table.contains(fragment.offset - 8 - origin)
                    : beginsImage(in, fragment);
            if (begins || grouped.isEmpty())
                grouped.add(new ArrayList<>());
            grouped.get(grouped.size() - 1).add(fragment);
        }
        if (grouped.size() != frames)
            throw new IOException(
                    "it states " + frames + " frames, but its compressed pixels hold " + grouped.size() + " images");
        return grouped;
    }

    /** True if a fragment starts with the mark of a JPEG or JPEG 2000 image. */
    private static boolean beginsImage(DicomBytes in, Fragment fragment) throws IOException {
        if (fragment.length < 4)
            return false;
        int mark = Integer.reverseBytes(in.int32(fragment.offset));
        return mark >>> 16 == 0xffd8 || mark == 0xff4fff51;
    }

    /** The compressed bytes of a frame. */
    byte[] bytes(DicomBytes in, int frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Fragment fragment : frames.get(frame))
            out.writeBytes(in.bytes(fragment.offset, fragment.length));
        return out.toByteArray();
    }

    /** Bytes of all fragments. */
    long length() {
        return frames.stream().flatMap(List::stream).mapToLong(Fragment::length).sum();
    }
}
