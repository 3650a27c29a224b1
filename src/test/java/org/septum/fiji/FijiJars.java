package org.septum.fiji;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is known of the jars of Fiji: see {@code src/test/resources/fiji/README.md}. */
final class FijiJars {

    /** The newest Java that Fiji is sure to have where Septum runs, as class files number it: 17. */
    static final int JAVA_17 = 61;

    private static final Pattern NAME = Pattern.compile("(.+?)-(\\d.*)\\.jar");

    private FijiJars() {
    }

    /** Artifact to version, of all that the BOM of Fiji manages. */
    static Map<String, String> managed() throws IOException {
        return table("managed-44.0.0.tsv");
    }

    /** Artifact to version, of what Fiji surely ships and Septum leaves to it. */
    static Map<String, String> shipped() throws IOException {
        return table("shipped-2.17.0.tsv");
    }

    /** Group and artifact to version, of all that the BOM of Fiji manages; as folders of a Maven repository. */
    static Map<String, String> managedFolders() throws IOException {
        Map<String, String> versions = new HashMap<>();
        rows("managed-44.0.0.tsv").forEach(row -> versions.put(row[0].replace('.', '/') + "/" + row[1], row[2]));
        return versions;
    }

    /** Jars and folders that this Java was started with. */
    static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(path.split(File.pathSeparator)).map(Path::of).toList();
    }

    private static Map<String, String> table(String file) throws IOException {
        Map<String, String> versions = new HashMap<>();
        rows(file).forEach(row -> versions.put(row[1], row[2]));
        return versions;
    }

    private static List<String[]> rows(String file) throws IOException {
        try (InputStream in = FijiJars.class.getResourceAsStream("/fiji/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\t")).toList();
        }
    }

    /** Artifact and version of a jar by its file name. */
    static String[] parts(String jar) {
        Matcher matcher = NAME.matcher(jar);
        return matcher.matches() ? new String[] { matcher.group(1), matcher.group(2) }
                : new String[] { jar.replaceFirst("\\.jar$", ""), "" };
    }

    /** The class file version; 0 for what is no class file. */
    static int classVersion(InputStream classFile) throws IOException {
        DataInputStream in = new DataInputStream(classFile);
        if (in.readInt() != 0xCAFEBABE)
            return 0;
        in.readUnsignedShort();
        return in.readUnsignedShort();
    }
}
