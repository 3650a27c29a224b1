package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;

/**
 * The weights of a model's networks in one safetensors file: names as they are for one network, behind "member-1/",
 * "member-2/" … for an ensemble. One file, so that a bundle has the same files whatever it holds.
 */
final class MemberWeights {

    private static final String PREFIX = "member-";

    private MemberWeights() {
    }

    static String prefix(int member) {
        return PREFIX + (member + 1) + "/";
    }

    static void write(List<NamedWeights> members, Path file) throws IOException {
        if (members.size() == 1) {
            Safetensors.write(members.get(0), Map.of("format", "septum"), file);
            return;
        }
        Map<String, NamedWeights.Tensor> all = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            String prefix = prefix(i);
            members.get(i).tensors().forEach((name, tensor) -> all.put(prefix + name, tensor));
        }
        Safetensors.write(new NamedWeights(all), Map.of("format", "septum"), file);
    }

    static List<NamedWeights> read(Path file) {
        NamedWeights all = Safetensors.read(file);
        if (all.tensors().keySet().stream().noneMatch(name -> name.startsWith(PREFIX)))
            return List.of(all);
        List<NamedWeights> members = new ArrayList<>();
        int found = 0;
        while (true) {
            String prefix = prefix(members.size());
            Map<String, NamedWeights.Tensor> one = new LinkedHashMap<>();
            all.tensors().forEach((name, tensor) -> {
                if (name.startsWith(prefix))
                    one.put(name.substring(prefix.length()), tensor);
            });
            if (one.isEmpty())
                break;
            found += one.size();
            members.add(new NamedWeights(one));
        }
        if (found != all.tensors().size())
            throw SeptumException.input("its weights are those of no ensemble: some belong to no network");
        return members;
    }
}
