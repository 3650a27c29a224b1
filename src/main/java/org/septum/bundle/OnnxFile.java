package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;

/**
 * An ONNX file that was looked through before any engine sees it: names, nesting, shapes against bytes, values, and
 * that nothing leads out of its folder.
 */
record OnnxFile(OnnxMl.ModelProto model) {

    /** What protobuf can hold. */
    private static final long LARGEST = Integer.MAX_VALUE - 1024L;

    /** Messages in messages; a graph in a node of a graph is four of them. */
    private static final int DEEPEST_MESSAGES = 60;

    /** A tensor's name and its sizes in order; -1 for a size that is free. */
    record Port(String name, int type, List<Long> sizes) {

        Port {
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * Reads and checks.
     *
     * @param files
     *            the package
     * @param name
     *            of the ONNX file in it
     *
     * @throws SeptumException
     *             of kind INPUT that names what is wrong
     */
    static OnnxFile read(PackageFolder files, String name) {
        try {
            Path file = files.file(name);
            if (Files.size(file) > LARGEST)
                throw SeptumException.input("it has " + Files.size(file) + " bytes; allowed: " + LARGEST);
            CodedInputStream in = CodedInputStream.newInstance(Files.readAllBytes(file));
            in.setRecursionLimit(DEEPEST_MESSAGES);
            OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(in);
            model = new OnnxExternalData(files).inlined(model);
            OnnxInspection.check(model);
            return new OnnxFile(model);
        } catch (InvalidProtocolBufferException e) {
            throw PackageFolder.unusable(files.where(), name + ": it is not an ONNX file (" + e.getMessage() + ")");
        } catch (SeptumException e) {
            String what = e.getMessage();
            throw what.startsWith(files.where() + " ") ? e : PackageFolder.unusable(files.where(), name + ": " + what);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the model " + files.where() + ": " + e, e);
        }
    }

    /** The inputs that are not weights. */
    List<Port> inputs() {
        List<String> weights = model.getGraph().getInitializerList().stream().map(OnnxMl.TensorProto::getName).toList();
        return model.getGraph().getInputList().stream().filter(i -> !weights.contains(i.getName())).map(OnnxFile::port)
                .toList();
    }

    /** The outputs. */
    List<Port> outputs() {
        return model.getGraph().getOutputList().stream().map(OnnxFile::port).toList();
    }

    private static Port port(OnnxMl.ValueInfoProto value) {
        OnnxMl.TypeProto.Tensor tensor = value.getType().getTensorType();
        List<Long> sizes = new ArrayList<>();
        tensor.getShape().getDimList()
                .forEach(d -> sizes.add(d.hasDimValue() && d.getDimValue() > 0 ? d.getDimValue() : -1L));
        return new Port(value.getName(), tensor.getElemType(), sizes);
    }

    /** Version of ONNX's own operators. */
    long opset() {
        return model.getOpsetImportList().stream()
                .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
                .mapToLong(OnnxMl.OperatorSetIdProto::getVersion).max().orElse(0);
    }
}
