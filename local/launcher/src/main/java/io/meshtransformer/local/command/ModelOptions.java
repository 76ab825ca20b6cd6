package io.meshtransformer.local.command;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.ModelDirectory;
import io.meshtransformer.local.model.XlaOptions;
import io.meshtransformer.local.suite.Home;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which model a suite serves, and how it computes. */
final class ModelOptions {
    static final String DEFAULT_MODEL = "stories";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "vector",
            converter = EngineConverter.class,
            description = "What computes: vector, on this CPU, or xla, on devices of XLA. Default: ${DEFAULT-VALUE}")
    private Engine engine;

    @Option(
            names = "--plugin",
            paramLabel = "PLUGIN",
            description = {
                "For --engine xla: cpu, tpu, cuda, or the path of a plugin's library. Default: cpu;",
                "mtj plugin install brings one"
            })
    private String plugin;

    @Option(
            names = "--mp",
            paramLabel = "N",
            description = "For --engine xla: devices that the model is cut over. Default: 1")
    private Integer mp;

    @Option(
            names = "--dp",
            paramLabel = "N",
            description = "For --engine xla: copies of the model, each on devices of its own. Default: 1")
    private Integer dp;

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

    /**
     * @throws ParameterException if they are given for another engine
     * @throws io.meshtransformer.local.LauncherException if the model cannot be served so
     */
    XlaOptions xla(ModelDirectory model) {
        var defaults = XlaOptions.DEFAULT;
        return switch (engine) {
            case VECTOR -> {
                if (plugin != null || mp != null || dp != null) {
                    throw new ParameterException(
                            spec.commandLine(), "--plugin, --mp and --dp are for --engine xla, not for vector");
                }
                yield defaults;
            }
            case XLA -> {
                var options = new XlaOptions(
                        plugin == null ? defaults.plugin() : plugin,
                        mp == null ? defaults.mp() : mp,
                        dp == null ? defaults.dp() : dp);
                options.require(model.config());
                yield options;
            }
        };
    }

    WeightFormat dtype(ModelDirectory model) {
        return dtype == null ? model.suitableFormat() : dtype;
    }

    static ModelDirectory find(Home home, String nameOrDirectory) {
        return ModelDirectory.find(
                Repository.models(), home.runs(), nameOrDirectory == null ? DEFAULT_MODEL : nameOrDirectory);
    }

    /**
     * What a suite calls a model: a directory goes by its name; what is neither name nor directory is the gateway's to
     * refuse.
     *
     * @param nameOrDirectory the model that the suite serves where null
     */
    static String servedName(RunningSuite suite, String nameOrDirectory) {
        if (nameOrDirectory == null) {
            return suite.state().model();
        }
        try {
            return find(suite.home(), nameOrDirectory).name();
        } catch (LauncherException _) {
            return nameOrDirectory;
        }
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
