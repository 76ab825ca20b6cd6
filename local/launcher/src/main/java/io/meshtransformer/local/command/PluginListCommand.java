package io.meshtransformer.local.command;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows which plugins are there. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Shows a row per plugin: version, whether it is installed, size, path, what it is for.",
        footer = {"", "Examples:", "  mtj plugin list", "  mtj plugin list --json"})
public final class PluginListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PluginStoreOption plugins;

    @Option(
            names = "--json",
            description = "Print a list of {name, version, installed, bytes, path, purpose}; bytes are the library's,"
                    + " or the download's where it is not installed.")
    private boolean json;

    private PluginListCommand() {}

    @Override
    public Integer call() throws JsonProcessingException {
        var rows = rows(plugins.store());
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Output.json(rows));
        } else {
            out.println("%-5s %-9s %-10s %10s  %s".formatted("NAME", "VERSION", "INSTALLED", "SIZE", "FOR"));
            for (var row : rows) {
                out.println("%-5s %-9s %-10s %10s  %s"
                        .formatted(
                                row.name, row.version, row.installed ? "yes" : "no", Sizes.text(row.bytes), row.purpose)
                        .stripTrailing());
                if (row.installed) {
                    out.println("      " + row.path);
                }
            }
        }
        out.flush();
        return 0;
    }

    private static List<Row> rows(PluginStore store) {
        try {
            return PluginPackage.KNOWN.stream()
                    .map(plugin -> row(store, plugin))
                    .toList();
        } catch (PluginStoreException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private static Row row(PluginStore store, PluginPackage plugin) {
        var purpose = purpose(plugin);
        return store.find(plugin)
                .map(found -> new Row(
                        plugin.name(),
                        plugin.version(),
                        true,
                        found.bytes(),
                        found.library().toString(),
                        purpose))
                .orElseGet(() -> new Row(plugin.name(), plugin.version(), false, plugin.wheelBytes(), null, purpose));
    }

    private static String purpose(PluginPackage plugin) {
        return switch (plugin.name()) {
            case "cpu" -> "runs programs on this machine's processor";
            case "tpu" -> "compiles for TPUs anywhere (mtj plan), runs on TPUs";
            case "cuda" -> "runs programs on NVIDIA GPUs";
            default -> throw new IllegalStateException("nothing is said about the plugin " + plugin);
        };
    }

    /**
     * A plugin.
     *
     * @param bytes of the installed library, else of the wheel to download
     * @param path of the installed library, else null
     */
    @JsonPropertyOrder({"name", "version", "installed", "bytes", "path", "purpose"})
    private record Row(String name, String version, boolean installed, long bytes, String path, String purpose) {}
}
