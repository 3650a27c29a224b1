package org.septum.pipeline;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** The whole lines of a file of records from somewhere on. A last line without an end is left for later. */
final class RecordLines implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int BUFFER = 1 << 16;

    /** What stands at the beginning of a record. */
    record Head(ScanRecord.Status status, int part, int parts, int turn, String scan, long offset) {
    }

    /** One line and where it begins. */
    record Line(byte[] bytes, long offset) {

        /** Its first fields; empty if the line is no record. */
        Optional<Head> head() {
            ScanRecord.Status status = null;
            int part = 0;
            int parts = 0;
            int turn = 0;
            try (JsonParser parser = JSON.createParser(bytes)) {
                parser.nextToken();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    parser.nextToken();
                    switch (field) {
                        case "status" -> status = ScanRecord.Status.valueOf(parser.getText().toUpperCase(Locale.ROOT));
                        case "part" -> part = parser.getIntValue();
                        case "parts" -> parts = parser.getIntValue();
                        case "turn" -> turn = parser.getIntValue();
                        case "scan" -> {
                            return status == null || part < 1 || bytes[bytes.length - 1] != '}' ? Optional.empty()
                                    : Optional.of(new Head(status, part, parts, turn, parser.getText(), offset));
                        }
                        default -> parser.skipChildren();
                    }
                }
            } catch (IOException | IllegalArgumentException e) {
                // a torn line that something was written behind
            }
            return Optional.empty();
        }
    }

    private final InputStream in;

    private long end;

    RecordLines(Path file, long from) throws IOException {
        FileChannel channel = FileChannel.open(file);
        channel.position(from);
        in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
        end = from;
    }

    /** The next whole line; null if there is none. */
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                Line whole = new Line(line.toByteArray(), end);
                end += line.size() + 1;
                return whole;
            }
            line.write(b);
        }
        return null;
    }

    /** Where the first line begins that was not read. */
    long end() {
        return end;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
