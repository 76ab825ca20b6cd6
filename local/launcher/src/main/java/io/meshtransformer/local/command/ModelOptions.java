package io.meshtransformer.local.command;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.ModelDirectory;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which model a suite serves, and how it computes. */
final class ModelOptions {
    static final String DEFAULT_MODEL = "stories";

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "vector",
            converter = EngineConverter.class,
            description = "What computes: vector. Default: ${DEFAULT-VALUE}")
    private Engine engine;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = WeightFormatConverter.class,
            description = {
                "How weights are kept in memory: bf16 or fp32. Default: fp32, but bf16 for weights that are bf16",
                "already and for more than a billion of them"
            })
    private WeightFormat dtype;

    Engine engine() {
        return engine;
    }

    WeightFormat dtype(ModelDirectory model) {
        return dtype == null ? model.suitableFormat() : dtype;
    }

    static ModelDirectory find(String nameOrDirectory) {
        return ModelDirectory.find(Repository.models(), nameOrDirectory == null ? DEFAULT_MODEL : nameOrDirectory);
    }

    private static <E extends Enum<E>> E convert(Class<E> type, String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.toString().equals(value.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is not there; this version has %s"
                        .formatted(
                                value,
                                Arrays.stream(type.getEnumConstants())
                                        .map(Enum::toString)
                                        .collect(Collectors.joining(", ")))));
    }

    private static final class EngineConverter implements ITypeConverter<Engine> {
        @Override
        public Engine convert(String value) {
            return ModelOptions.convert(Engine.class, value);
        }
    }

    private static final class WeightFormatConverter implements ITypeConverter<WeightFormat> {
        @Override
        public WeightFormat convert(String value) {
            return ModelOptions.convert(WeightFormat.class, value);
        }
    }
}
