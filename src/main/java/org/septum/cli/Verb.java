package org.septum.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;

import org.septum.core.SeptumException;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One verb of the program: what all have in common. */
abstract class Verb implements Callable<Integer> {

    /** Paths as people write them, not as URIs. */
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
            .registerModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance));

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = { "-h", "--help" }, usageHelp = true, description = "Show this help.")
    private boolean help;

    /** The program with its global options. */
    final SeptumCli program() {
        return (SeptumCli) spec.root().userObject();
    }

    /** This verb's own part of the command line, for wrong usage. */
    final CommandLine commandLine() {
        return spec.commandLine();
    }

    final ConsoleProgress progress() {
        return program().progress();
    }

    /** Prints a line of the result. */
    final void print(String line) {
        out().println(line);
    }

    /** Prints the result as JSON. */
    final void printJson(Object value) {
        out().println(json(value));
    }

    /** Says where something was written. */
    final void printWritten(Path output) {
        if (program().json)
            printJson(Map.of("output", output.toString()));
        else
            print("written to " + output);
    }

    /** A result as JSON, indented. */
    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot print as JSON: " + e.getMessage(), e);
        }
    }

    private PrintWriter out() {
        progress().pause();
        return spec.commandLine().getOut();
    }
}
