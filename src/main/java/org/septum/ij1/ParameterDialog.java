package org.septum.ij1;

import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.FlowLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Panel;
import java.awt.TextField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Supplier;

import ij.gui.GenericDialog;

/** ImageJ's dialog for the parameters of a command: a field for each, in their order, and Help. */
final class ParameterDialog {

    private static final int PATH_COLUMNS = 36;

    private static final int TEXT_COLUMNS = 8;

    /** More fields than these stand two in a row where they are short. */
    private static final int TALL = 10;

    /** Space above and below a row, and before a box, which has no label to stand behind. */
    private static final int ABOVE = 2;

    private static final int BELOW = 3;

    private static final int BEFORE_BOX = 20;

    private final GenericDialog dialog;

    private final Map<String, Supplier<String>> fields = new LinkedHashMap<>();

    private final boolean isTall;

    /** What stands alone in the last row and would leave room for a second of its kind: nothing, a box, or a field. */
    private Optional<Boolean> boxAlone = Optional.empty();

    /**
     * @param parameters
     *            in the order of the dialog
     * @param texts
     *            what the fields say first, by name
     */
    ParameterDialog(String title, String purpose, List<Parameter> parameters, Map<String, String> texts) {
        dialog = new GenericDialog(title);
        isTall = parameters.size() > TALL;
        for (Parameter parameter : parameters)
            fields.put(parameter.name(), add(parameter, texts.getOrDefault(parameter.name(), "")));
        dialog.addHelp(DialogHelp.html(title, purpose, parameters));
    }

    /** What the fields say when somebody presses OK; nothing after Cancel. Waits, so it is not for the event thread. */
    Optional<Map<String, String>> ask() {
        dialog.showDialog();
        if (dialog.wasCanceled())
            return Optional.empty();
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach((name, field) -> texts.put(name, field.get()));
        return Optional.of(texts);
    }

    private Supplier<String> add(Parameter parameter, String text) {
        if (parameter.isFile())
            return path(parameter, text);
        boolean isSecond = isTall && boxAlone.equals(Optional.of(parameter.isSwitch()));
        if (isSecond)
            dialog.addToSameRow();
        else
            dialog.setInsets(ABOVE, parameter.isSwitch() ? BEFORE_BOX : 0, BELOW);
        boxAlone = isSecond ? Optional.empty() : Optional.of(parameter.isSwitch());
        if (parameter.isSwitch())
            return checkbox(parameter, text);
        if (!parameter.choices().isEmpty())
            return choice(parameter, text);
        return parameter.isNumber() ? number(parameter, text) : string(parameter, text);
    }

    private Supplier<String> path(Parameter parameter, String text) {
        boxAlone = Optional.empty();
        dialog.setInsets(ABOVE, 0, BELOW);
        dialog.addStringField(parameter.label() + ":", text, PATH_COLUMNS);
        TextField field = (TextField) last(dialog.getStringFields());
        Button browse = new Button("Browse");
        browse.addActionListener(e -> new PathChooser(parameter).choose(dialog, field));
        browse.addKeyListener(dialog);
        GridBagLayout layout = (GridBagLayout) dialog.getLayout();
        GridBagConstraints place = layout.getConstraints(field);
        Panel row = new Panel(new FlowLayout(FlowLayout.LEFT, 0, 0));
        row.add(field);
        row.add(browse);
        dialog.add(row, place);
        return field::getText;
    }

    private Supplier<String> checkbox(Parameter parameter, String text) {
        dialog.addCheckbox(parameter.label(), Boolean.parseBoolean(text));
        Checkbox field = (Checkbox) last(dialog.getCheckboxes());
        return () -> String.valueOf(field.getState());
    }

    private Supplier<String> choice(Parameter parameter, String text) {
        List<String> words = new ArrayList<>(parameter.choices());
        if (!text.isEmpty() && !words.contains(text))
            words.add(text);
        dialog.addChoice(parameter.label() + ":", words.toArray(String[]::new), text);
        return ((Choice) last(dialog.getChoices()))::getSelectedItem;
    }

    private Supplier<String> number(Parameter parameter, String text) {
        dialog.addNumericField(parameter.label() + ":", 0, 0, TEXT_COLUMNS, parameter.unit());
        TextField field = (TextField) last(dialog.getNumericFields());
        field.setText(text);
        return field::getText;
    }

    private Supplier<String> string(Parameter parameter, String text) {
        dialog.addStringField(parameter.label() + ":", text, TEXT_COLUMNS);
        return ((TextField) last(dialog.getStringFields()))::getText;
    }

    private static Object last(Vector<?> fields) {
        return fields.lastElement();
    }
}
