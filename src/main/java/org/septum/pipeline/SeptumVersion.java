package org.septum.pipeline;

/** Which Septum this is. */
public final class SeptumVersion {

    private SeptumVersion() {
    }

    /** The version of the jar, "0.1.0"; "development" when run from class files. */
    public static String text() {
        String version = SeptumVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
