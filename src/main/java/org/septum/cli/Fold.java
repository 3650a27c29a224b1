package org.septum.cli;

import org.septum.data.FoldSplit;
import org.septum.pipeline.TrainModel;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads which fold is held out: 0 to 4; {@code none} to train on every case; {@code all} for each in turn. */
final class Fold implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
        String word = text.strip().toLowerCase(java.util.Locale.ROOT);
        if (word.equals("all"))
            return TrainModel.EVERY_FOLD;
        if (word.equals("none"))
            return FoldSplit.NONE;
        if (!word.matches("[0-4]"))
            throw new TypeConversionException("\"" + text + "\" is no fold; allowed: 0, 1, 2, 3, 4, all, none");
        return Integer.valueOf(word);
    }
}
