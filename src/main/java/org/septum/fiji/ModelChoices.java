package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.util.Collection;

import org.scijava.convert.AbstractConverter;
import org.scijava.convert.Converter;
import org.scijava.plugin.Plugin;

/**
 * Makes model choices of what macros and scripts give, and tells dialogs which there are.
 * <p>
 * <b>Why not choices of a text?</b> SciJava reads those from the source. A list that is made anew each time needs
 * either a dynamic command, which scripts cannot run as they run others, or a type of its own with a converter.
 */
@Plugin(type = Converter.class)
public final class ModelChoices extends AbstractConverter<Object, ModelChoice> {

    @Override
    public boolean canConvert(Class<?> source, Class<?> target) {
        return target == ModelChoice.class && (CharSequence.class.isAssignableFrom(source)
                || File.class.isAssignableFrom(source) || Path.class.isAssignableFrom(source));
    }

    @Override
    public <T> T convert(Object source, Class<T> target) {
        return target.cast(new ModelChoice(source.toString().strip()));
    }

    @Override
    public void populateInputCandidates(Collection<Object> candidates) {
        candidates.addAll(ModelChoice.all());
    }

    @Override
    public Class<ModelChoice> getOutputType() {
        return ModelChoice.class;
    }

    @Override
    public Class<Object> getInputType() {
        return Object.class;
    }
}
