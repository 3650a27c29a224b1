package org.septum.fiji;

import java.io.BufferedReader;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.script.ScriptEngine;
import javax.script.ScriptException;

import org.scijava.script.AbstractScriptEngine;
import org.scijava.script.AbstractScriptLanguage;

import ij.macro.Interpreter;

/**
 * ImageJ's macros as a script language, as imagej-legacy has them in Fiji: SciJava reads the {@code #@} lines and fills
 * in what they ask for; ImageJ's own interpreter runs the rest, with the answers as variables before it.
 */
final class MacroLanguage extends AbstractScriptLanguage {

    @Override
    public String getLanguageName() {
        return "ImageJ Macro";
    }

    @Override
    public List<String> getExtensions() {
        return List.of("ijm");
    }

    @Override
    public ScriptEngine getScriptEngine() {
        return new Engine();
    }

    private static final class Engine extends AbstractScriptEngine {

        Engine() {
            engineScopeBindings = new Answers();
        }

        @Override
        public Object eval(String macro) throws ScriptException {
            String answers = engineScopeBindings.entrySet().stream().filter(e -> e.getKey().matches("\\w+"))
                    .map(Engine::assignment).collect(Collectors.joining());
            Interpreter interpreter = new Interpreter();
            interpreter.setIgnoreErrors(true);
            interpreter.run(answers + macro);
            if (interpreter.wasError())
                throw new ScriptException(interpreter.getErrorMessage());
            return null;
        }

        private static String assignment(Map.Entry<String, Object> answer) {
            Object value = answer.getValue();
            return answer.getKey() + " = " + (value instanceof Number ? value
                    : "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"") + ";\n";
        }

        @Override
        public Object eval(Reader macro) throws ScriptException {
            return eval(new BufferedReader(macro).lines().collect(Collectors.joining("\n")));
        }
    }

    private static final class Answers extends javax.script.SimpleBindings {
    }
}
