package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux tells of the machine in its files; empty on other systems. */
final class MachineFacts {

    /** Flags of processors, and what they mean for networks. */
    private static final Map<String, String> INSTRUCTIONS = new LinkedHashMap<>();

    static {
        INSTRUCTIONS.put("avx2", "AVX2");
        INSTRUCTIONS.put("avx512f", "AVX-512");
        INSTRUCTIONS.put("avx512_vnni", "AVX-512 VNNI (int8)");
        INSTRUCTIONS.put("avx_vnni", "AVX VNNI (int8)");
        INSTRUCTIONS.put("avx512_bf16", "AVX-512 BF16");
        INSTRUCTIONS.put("amx_int8", "AMX int8");
        INSTRUCTIONS.put("amx_bf16", "AMX BF16");
        INSTRUCTIONS.put("asimd", "NEON");
        INSTRUCTIONS.put("asimddp", "NEON dot products (int8)");
    }

    /** Where no limit is written as a number near 2^63. */
    private static final long NO_LIMIT = 1L << 60;

    private final Path root;

    /** Facts from files below {@code root}, which is "/" but for tests. */
    MachineFacts(Path root) {
        this.root = root;
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException | RuntimeException e) {
            // not there, or not for us to read
            return List.of();
        }
    }

    private static OptionalLong number(String text) {
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** The processor in its maker's words; empty if not known. */
    String processor() {
        return lines("proc/cpuinfo").stream().filter(l -> l.startsWith("model name")).findFirst()
                .map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse("");
    }

    /** The instruction sets that make networks fast; empty if not known. */
    List<String> instructions() {
        Set<String> flags = new HashSet<>();
        lines("proc/cpuinfo").stream().filter(l -> l.startsWith("flags") || l.startsWith("Features")).findFirst()
                .ifPresent(l -> flags.addAll(Arrays.asList(l.substring(l.indexOf(':') + 1).strip().split("\\s+"))));
        List<String> known = new ArrayList<>();
        INSTRUCTIONS.forEach((flag, name) -> {
            if (flags.contains(flag))
                known.add(name);
        });
        return known;
    }

    /** Processors that the control group allows, "1.5" say; empty without a limit. */
    String processorLimit() {
        String[] words = lines("sys/fs/cgroup/cpu.max").stream().findFirst().orElse("").split(" ");
        if (words.length == 2)
            return ratio(number(words[0]), number(words[1]));
        return ratio(first("sys/fs/cgroup/cpu/cpu.cfs_quota_us"), first("sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    }

    private OptionalLong first(String file) {
        return number(lines(file).stream().findFirst().orElse("").strip());
    }

    private static String ratio(OptionalLong part, OptionalLong whole) {
        return part.isEmpty() || whole.orElse(0) == 0 ? ""
                : String.format(Locale.ROOT, "%.1f", (double) part.getAsLong() / whole.getAsLong());
    }

    /** Bytes that the control group allows; empty without a limit. */
    OptionalLong memoryLimit() {
        OptionalLong limit = first("sys/fs/cgroup/memory.max");
        if (limit.isEmpty())
            limit = first("sys/fs/cgroup/memory/memory.limit_in_bytes");
        return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
    }

    /** Bytes of the whole machine. */
    OptionalLong memory() {
        return kilobytes("proc/meminfo", "MemTotal");
    }

    /** Most bytes that this process has had in memory at once. */
    OptionalLong peakMemory() {
        return kilobytes("proc/self/status", "VmHWM");
    }

    /** Begins to count {@link #peakMemory} anew, where the system lets us. */
    boolean resetPeakMemory() {
        try {
            Files.writeString(root.resolve("proc/self/clear_refs"), "5");
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private OptionalLong kilobytes(String file, String name) {
        Pattern line = Pattern.compile(name + ":\\s+(\\d{1,15}) kB");
        for (String text : lines(file)) {
            Matcher m = line.matcher(text);
            if (m.matches())
                return OptionalLong.of(Long.parseLong(m.group(1)) << 10);
        }
        return OptionalLong.empty();
    }

    /** Version of the NVIDIA driver; empty without one. */
    String driver() {
        return lines("proc/driver/nvidia/version").stream()
                .map(l -> l.replaceAll(".*Kernel Module\\D*([\\d.]+).*", "$1")).findFirst().orElse("");
    }
}
