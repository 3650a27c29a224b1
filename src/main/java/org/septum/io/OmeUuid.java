package org.septum.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import loci.formats.FormatException;
import loci.formats.tiff.TiffParser;

/**
 * Gives an OME-TIFF a UUID that follows from what is in it.
 * <p>
 * <b>Why?</b> Bio-Formats draws one at random, and equal masks must be equal files.
 */
final class OmeUuid {

    private static final Pattern UUID_IN_XML = Pattern.compile("urn:uuid:([0-9a-fA-F-]{36})");
    private static final int CHUNK = 1 << 20;

    private OmeUuid() {
    }

    /**
     * Replaces the UUID wherever it stands.
     *
     * @param content
     *            hash of what is in the file
     */
    static void replace(Path file, byte[] content) throws IOException, FormatException {
        String xml;
        try (TiffParser parser = new TiffParser(file.toString())) {
            xml = parser.getComment();
        }
        Matcher found = UUID_IN_XML.matcher(xml == null ? "" : xml);
        if (!found.find())
            throw new IOException("the OME-TIFF just written has no UUID");
        byte[] before = found.group(1).getBytes(StandardCharsets.US_ASCII);
        byte[] after = UUID.nameUUIDFromBytes(content).toString().getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (long start = 0; start < channel.size(); start += CHUNK - before.length + 1) {
                chunk.clear();
                while (chunk.hasRemaining() && channel.read(chunk, start + chunk.position()) >= 0)
                    continue;
                replaceIn(channel, start, chunk.flip(), before, after);
            }
        }
    }

    private static void replaceIn(FileChannel channel, long start, ByteBuffer chunk, byte[] before, byte[] after)
            throws IOException {
        for (int i = 0; i + before.length <= chunk.limit(); i++) {
            if (chunk.get(i) == before[0] && chunk.slice(i, before.length).equals(ByteBuffer.wrap(before)))
                channel.write(ByteBuffer.wrap(after), start + i);
        }
    }
}
