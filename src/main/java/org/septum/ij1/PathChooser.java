package org.septum.ij1;

import java.awt.Component;
import java.awt.TextField;
import java.io.File;

import javax.swing.JFileChooser;

import ij.io.OpenDialog;

/** A window that looks for a file or folder. ImageJ's own takes one or the other; a model may be either. */
final class PathChooser {

    private final Parameter parameter;

    PathChooser(Parameter parameter) {
        this.parameter = parameter;
    }

    /** Puts what is chosen into a field. */
    void choose(Component parent, TextField field) {
        JFileChooser chooser = chooser(field.getText());
        int answer = parameter.isToWrite() ? chooser.showSaveDialog(parent) : chooser.showOpenDialog(parent);
        if (answer == JFileChooser.APPROVE_OPTION)
            field.setText(chooser.getSelectedFile().getPath());
    }

    private JFileChooser chooser(String path) {
        JFileChooser chooser = new JFileChooser();
        chooser.setDialogTitle(parameter.label());
        chooser.setFileSelectionMode(parameter.isFolder() ? JFileChooser.DIRECTORIES_ONLY
                : parameter.mayBeFolder() ? JFileChooser.FILES_AND_DIRECTORIES : JFileChooser.FILES_ONLY);
        String folder = OpenDialog.getDefaultDirectory();
        if (!path.isBlank())
            chooser.setSelectedFile(new File(path));
        else if (folder != null)
            chooser.setCurrentDirectory(new File(folder));
        return chooser;
    }
}
