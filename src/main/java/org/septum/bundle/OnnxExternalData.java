package org.septum.bundle;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;

import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;

/** Weights of an ONNX graph that lie in a file beside it: read in, if that file belongs to the package. */
final class OnnxExternalData {

    private final PackageFolder files;

    /** What protobuf can hold in one file. */
    private long left = Integer.MAX_VALUE - (1L << 20);

    OnnxExternalData(PackageFolder files) {
        this.files = files;
    }

    /** The graph with all its weights inside. */
    OnnxMl.ModelProto inlined(OnnxMl.ModelProto model) throws IOException {
        if (model.getGraph().getInitializerList().stream().noneMatch(OnnxExternalData::isOutside))
            return model;
        OnnxMl.ModelProto.Builder whole = model.toBuilder();
        for (OnnxMl.TensorProto.Builder tensor : whole.getGraphBuilder().getInitializerBuilderList()) {
            if (isOutside(tensor.build()))
                readIn(tensor);
        }
        return whole.build();
    }

    static boolean isOutside(OnnxMl.TensorProto tensor) {
        return tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL
                || tensor.getExternalDataCount() > 0;
    }

    private void readIn(OnnxMl.TensorProto.Builder tensor) throws IOException {
        String name = "weight \"" + tensor.getName() + "\"";
        Map<String, String> place = tensor.getExternalDataList().stream().collect(Collectors
                .toMap(OnnxMl.StringStringEntryProto::getKey, OnnxMl.StringStringEntryProto::getValue, (a, b) -> b));
        String location = place.getOrDefault("location", "").replaceFirst("^\\./", "");
        if (!FileNameRule.isSafe(location)) {
            throw SeptumException.input(name + " lies in \"" + location.replaceAll("\\p{Cntrl}", "?")
                    + "\", outside the model's folder; allowed: a file beside the graph");
        }
        Path file = files.file(location);
        long offset = number(place.getOrDefault("offset", "0"), name);
        long needed = OnnxTensors.bytes(tensor.build());
        long length = number(place.getOrDefault("length", String.valueOf(needed)), name);
        left -= length;
        if (length != needed || left < 0 || offset > Files.size(file) - length) {
            throw SeptumException.input(name + " claims " + length + " bytes at byte " + offset + " of " + location
                    + ", which has " + Files.size(file) + "; its shape needs " + needed);
        }
        byte[] bytes = new byte[(int) length];
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(offset);
            in.readFully(bytes);
        }
        tensor.clearExternalData().clearDataLocation().setRawData(ByteString.copyFrom(bytes));
    }

    private static long number(String text, String name) {
        if (!text.matches("\\d{1,15}"))
            throw SeptumException.input(name + " lies at \"" + text + "\"; allowed: a number of bytes");
        return Long.parseLong(text);
    }
}
