package io.meshtransformer.local.command;

import io.meshtransformer.pjrt.plugin.Pip;
import io.meshtransformer.pjrt.plugin.PluginStore;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cache of plugins a command is about. */
final class PluginStoreOption {
    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The cache of plugins. Default: $$MTJ_PLUGINS, else ~/.cache/mtj/plugins")
    private Path directory;

    PluginStore store() {
        return directory == null ? PluginStore.ofUser() : new PluginStore(directory, Pip.onPath());
    }
}
