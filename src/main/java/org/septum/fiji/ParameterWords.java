package org.septum.fiji;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.util.ClassUtils;

/**
 * Messages of the pipeline, which speak of options and verbs of the command line, in the words of a command's dialog:
 * "go on with --resume" becomes "go on with "Go on" (resume=true)".
 */
final class ParameterWords {

    /** Verbs of the command line, and the commands that do the same. */
    private static final Map<String, Class<? extends Command>> COMMANDS = commands();

    /** What an argument without a name is to a verb. */
    private static final Map<String, String> ARGUMENTS = Map.of("check", "input", "segment", "input", "train",
            "dataset", "doctor", "");

    private static final Map<String, String> SHORT = Map.of("-m", "model", "-d", "dataset", "-o", "output");

    /** Options whose parameters are called otherwise, mostly since Java or SciJava would not take the name. */
    private static final Map<String, String> OTHER_NAMES = Map.of("class", "classname", "max-drop", "drop");

    /** Not those of other programs, which a message names with the program. */
    private static final Pattern OPTION = Pattern
            .compile("(?<!gdcmconv )(?<![\\w-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:[ =](\\w+(?:[.+]\\w+)*))?");

    private static final Pattern VERB = Pattern
            .compile("\\bseptum (model calibrate|model export|[a-z]+)((?: -[mdo] \\S+)*)(?: (?!-|\")([^\\s,;]+))?");

    private static final Pattern SHORT_OPTION = Pattern.compile(" (-[mdo]) (\\S+)");

    /** One that stands behind long ones, before a word in capitals. */
    private static final Pattern LATE_OPTION = Pattern.compile("(?<= )(-[mdo]) ([A-Z]+)\\b");

    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?[a-z]?");

    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z]+");

    private final Map<String, Field> own;

    private ParameterWords(Map<String, Field> own) {
        this.own = own;
    }

    /** Those of a command's parameters. */
    static ParameterWords of(Class<?> command) {
        return new ParameterWords(parameters(command));
    }

    private static Map<String, Class<? extends Command>> commands() {
        Map<String, Class<? extends Command>> commands = new LinkedHashMap<>();
        commands.put("check", CheckCommand.class);
        commands.put("train", TrainCommand.class);
        commands.put("segment", SegmentFolderCommand.class);
        commands.put("correct", CorrectCommand.class);
        commands.put("explain", ExplainCommand.class);
        commands.put("evaluate", EvaluateCommand.class);
        commands.put("compress", CompressCommand.class);
        commands.put("doctor", DoctorCommand.class);
        return commands;
    }

    private static Map<String, Field> parameters(Class<?> command) {
        Map<String, Field> fields = new HashMap<>();
        for (Field field : ClassUtils.getAnnotatedFields(command, Parameter.class)) {
            Parameter parameter = field.getAnnotation(Parameter.class);
            if (!parameter.label().isEmpty() && parameter.type() != ItemIO.OUTPUT)
                fields.put(field.getName(), field);
        }
        return fields;
    }

    /** A message in the words of the dialog; one without options and verbs stays as it is. */
    String of(String message) {
        String verbs = VERB.matcher(message).replaceAll(m -> Matcher.quoteReplacement(verb(m)));
        String options = OPTION.matcher(verbs).replaceAll(m -> Matcher.quoteReplacement(option(m)));
        return LATE_OPTION.matcher(options)
                .replaceAll(m -> Matcher.quoteReplacement(SHORT.get(m.group(1)) + "=" + m.group(2)));
    }

    private static String verb(MatchResult call) {
        Class<? extends Command> command = COMMANDS.get(call.group(1));
        String argument = call.group(3) == null ? "" : " " + call.group(3);
        if (command == null && !call.group(1).matches("plan|model .*|demo|networks|cluster|bench|measure"))
            return call.group();
        if (command == null)
            return "\"" + call.group(1) + "\" of Septum's command line" + call.group(2) + argument;
        String menu = command.getAnnotation(Plugin.class).menuPath();
        StringBuilder words = new StringBuilder(menu.substring(menu.lastIndexOf('>') + 1));
        Matcher option = SHORT_OPTION.matcher(call.group(2));
        while (option.find())
            words.append(' ').append(SHORT.get(option.group(1))).append('=').append(option.group(2));
        String name = ARGUMENTS.getOrDefault(call.group(1), "");
        boolean isPath = argument.matches(".*[/\\\\].*") || PLACEHOLDER.matcher(argument.strip()).matches();
        return words.append(isPath && !name.isEmpty() ? " " + name + "=" + argument.strip() : argument).toString();
    }

    private String option(MatchResult found) {
        String option = found.group(1);
        Optional<Field> parameter = parameter(option);
        boolean isNegated = parameter.isEmpty() && option.startsWith("no-");
        if (isNegated)
            parameter = parameter(option.substring(3));
        String after = found.group(2) == null ? "" : found.group().substring(found.end(1) - found.start());
        if (parameter.isEmpty())
            return option + " (an option of Septum's command line)" + after;
        Field field = parameter.get();
        String label = field.getAnnotation(Parameter.class).label();
        if (field.getType() == boolean.class)
            return "\"" + label + "\" (" + field.getName() + "=" + !isNegated + ")" + after;
        boolean isValue = found.group(2) != null && isValue(field, found.group(2));
        String value = isValue ? "=" + value(field, found.group(2)) : "";
        return field.getName() + value + (isValue ? "" : after);
    }

    private Optional<Field> parameter(String option) {
        String name = OTHER_NAMES.getOrDefault(option, option.replace("-", ""));
        return Optional.ofNullable(own.get(name)).or(
                () -> COMMANDS.values().stream().map(c -> parameters(c).get(name)).filter(f -> f != null).findFirst());
    }

    private static boolean isValue(Field field, String word) {
        return List.of(field.getAnnotation(Parameter.class).choices()).contains(word) || NUMBER.matcher(word).matches()
                || PLACEHOLDER.matcher(word).matches() || word.equals("gradcam");
    }

    /** Times are minutes in dialogs, and sizes megabytes. */
    private static String value(Field field, String word) {
        if (field.getType() != int.class || !word.matches("\\d+[smhg]"))
            return word;
        long number = Long.parseLong(word.substring(0, word.length() - 1));
        return switch (word.charAt(word.length() - 1)) {
            case 'h' -> String.valueOf(60 * number);
            case 'g' -> String.valueOf(1024 * number);
            default -> String.valueOf(number);
        };
    }
}
