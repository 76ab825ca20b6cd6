package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.pjrt.plugin.InstallProgress;
import io.meshtransformer.pjrt.plugin.InstalledPlugin;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Brings a plugin into the cache. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Brings a plugin into the cache: downloads its pinned version by pip, from wherever pip is configured for,",
            "checks its SHA-256 and unpacks one shared library. One that is there already needs no network."
        },
        footer = {"", "Examples:", "  mtj plugin install cpu", "  mtj plugin install tpu"})
public final class PluginInstallCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PluginStoreOption plugins;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            converter = PackageConverter.class,
            description = "cpu, tpu or cuda. The TPU plugin compiles for TPUs on machines that have none.")
    private PluginPackage plugin;

    private PluginInstallCommand() {}

    @Override
    public Integer call() {
        var store = plugins.store();
        try {
            var present = store.find(plugin);
            var installed = present.isPresent() ? present.get() : install(store);
            say(installed, present.isPresent() ? "is already installed" : "is installed");
            return 0;
        } catch (PluginStoreException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private InstalledPlugin install(PluginStore store) {
        if (!TerminalProgress.possible()) {
            spec.commandLine()
                    .getErr()
                    .println("downloading %s, %s".formatted(plugin, Sizes.text(plugin.wheelBytes())));
            return store.install(plugin, InstallProgress.SILENT);
        }
        try (var progress = new TerminalProgress()) {
            return store.install(
                    plugin,
                    (stage, done, total) -> progress.at(
                            switch (stage) {
                                case DOWNLOAD -> "downloading";
                                case UNPACK -> "unpacking";
                            },
                            done,
                            total));
        }
    }

    private void say(InstalledPlugin installed, String what) {
        var out = spec.commandLine().getOut();
        out.println("%s %s: %s, %s".formatted(plugin, what, installed.library(), Sizes.text(installed.bytes())));
        if (!plugin.requirement().isEmpty()) {
            out.println("It needs: " + plugin.requirement());
        }
        out.flush();
    }

    private static final class PackageConverter implements ITypeConverter<PluginPackage> {
        @Override
        public PluginPackage convert(String value) {
            return PluginPackage.named(value)
                    .orElseThrow(() -> new TypeConversionException("'%s' is no plugin; there are %s"
                            .formatted(
                                    value,
                                    PluginPackage.KNOWN.stream()
                                            .map(PluginPackage::name)
                                            .collect(Collectors.joining(", ")))));
        }
    }
}
