package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zip for Fiji, and Septum run from it among the jars of Fiji; {@code make fiji-test} builds both. */
@Tag("long")
class FijiZipTest {

    private static final Path ZIP = Path.of(System.getProperty("fiji.zip", "target/septum-fiji.zip"));

    private static final Path FIJI = Path.of("target/Fiji.app").toAbsolutePath();

    /** Classes that only a newer Java looks at. */
    private static final Pattern NEWER = Pattern.compile("META-INF/versions/(1[89]|[2-9]\\d)/.*|.*module-info\\.class");

    @TempDir
    private Path folder;

    @BeforeAll
    static void isBuilt() {
        assumeTrue(Files.exists(ZIP) && Files.isDirectory(FIJI), "skipped: no " + ZIP + "; run make fiji-test");
    }

    private static List<Path> jars(String place) throws IOException {
        try (Stream<Path> files = Files.list(FIJI.resolve(place))) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static Set<String> classes(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Set<String> names = new HashSet<>();
            zip.stream().map(ZipEntry::getName).filter(n -> n.endsWith(".class") && !n.contains("META-INF/"))
                    .filter(n -> !n.endsWith("module-info.class")).forEach(names::add);
            return names;
        }
    }

    @Test
    void nothingFromItLiesWhereFijiHasItsOwn() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .allSatisfy(name -> assertThat(name).matches("(jars/septum|models/septum|plugins/Septum)/[^.].*"));
        }
    }

    @Test
    void noJarIsInFijiOrHasAnotherVersionThanFijiWouldHave() throws IOException {
        Map<String, String> managed = FijiJars.managed();
        List<Path> jars = jars("jars/septum");
        assertThat(jars).hasSizeGreaterThan(15);
        for (Path jar : jars) {
            String[] parts = FijiJars.parts(jar.getFileName().toString());
            assertThat(FijiJars.shipped()).as(jar.toString()).doesNotContainKey(parts[0]);
            assertThat(parts[1]).as(jar.toString()).isEqualTo(managed.getOrDefault(parts[0], parts[1]));
        }
    }

    @Test
    void noClassIsInFijiAlready() throws IOException {
        Set<String> fiji = new HashSet<>();
        for (String place : List.of("jars", "jars/bio-formats"))
            for (Path jar : jars(place))
                fiji.addAll(classes(jar));
        assertThat(fiji).contains("ij/ImageJ.class", "loci/formats/FormatTools.class", "org/slf4j/Logger.class");
        Set<String> ours = new HashSet<>();
        for (Path jar : jars("jars/septum")) {
            Set<String> classes = classes(jar);
            assertThat(classes).as(jar.toString()).doesNotContainAnyElementsOf(fiji);
            ours.addAll(classes);
        }
        assertThat(ours).contains("org/septum/fiji/SegmentCommand.class", "ai/djl/Model.class");
    }

    @Test
    void noClassNeedsMoreThanJava17() throws IOException {
        for (Path jar : jars("jars/septum")) {
            try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    if (entry.getName().endsWith(".class") && !NEWER.matcher(entry.getName()).matches()) {
                        InputStream start = new ByteArrayInputStream(in.readNBytes(8));
                        assertThat(FijiJars.classVersion(start)).as(jar + " " + entry)
                                .isLessThanOrEqualTo(FijiJars.JAVA_17);
                    }
                }
            }
        }
    }

    @Test
    void aHeadlessSegmentationRunsOnFijisJarsAndTheZipAloneAndGivesTheBytesOfTheCommandLine()
            throws IOException, InterruptedException {
        Path scans = Path.of("sample-data/scans").toAbsolutePath();
        List<String> fiji = new ArrayList<>(List.of("-Djava.awt.headless=true", "-Dscijava.context.strict=false",
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "-Dplugins.dir=" + FIJI, "-cp", launcherClassPath(),
                "org.scijava.launcher.ClassLauncher", MiniFiji.class.getName(), "--run",
                SegmentFolderCommand.class.getName(),
                "input='" + scans + "',model='hippocampus',device='cpu',output='" + folder.resolve("fiji") + "'"));
        run(fiji);
        run(List.of("-cp", ownClassPath(), "org.septum.cli.SeptumCli", "segment", scans.toString(), "-m",
                "sample-data/models/hippocampus", "--device", "cpu", "-o", folder.resolve("line").toString()));
        for (String mask : List.of("brain_dicom.nii.gz", "brain_nifti.nii.gz", "brain_ometiff.nii.gz"))
            assertThat(folder.resolve("fiji").resolve(mask))
                    .hasSameBinaryContentAs(folder.resolve("line").resolve(mask));
    }

    private static String ownClassPath() {
        return FijiJars.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** In the order of Fiji's launcher; no path of this build is in it. */
    private static String launcherClassPath() throws IOException {
        List<String> path = new ArrayList<>();
        for (String place : List.of("jars", "jars/bio-formats", "jars/septum"))
            jars(place).forEach(jar -> path.add(jar.toString()));
        return String.join(File.pathSeparator, path);
    }

    private void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g"));
        command.addAll(arguments);
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends in time").isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
