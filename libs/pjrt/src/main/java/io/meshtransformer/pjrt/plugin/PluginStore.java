package io.meshtransformer.pjrt.plugin;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.pjrt.plugin.InstallProgress.Stage;
import io.meshtransformer.pjrt.plugin.PluginStoreException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The plugins on this machine: a directory with one directory for each, which appears when it is whole. What is there is
 * used without a network, and without pip. Safe for use by several threads and processes.
 */
public final class PluginStore {
    private final Path directory;
    private final Pip pip;

    public PluginStore(Path directory, Pip pip) {
        this.directory = directory;
        this.pip = pip;
    }

    /** The store of this user: in {@code $MTJ_PLUGINS}, else in {@code ~/.cache/mtj/plugins}. */
    public static PluginStore ofUser() {
        return new PluginStore(defaultDirectory(System.getenv()), Pip.onPath());
    }

    static Path defaultDirectory(Map<String, String> environment) {
        var configured = environment.getOrDefault("MTJ_PLUGINS", "");
        return configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "mtj", "plugins")
                : Path.of(configured);
    }

    public Path directory() {
        return directory;
    }

    /** The plugin, if it is here in its pinned version. */
    public Optional<InstalledPlugin> find(PluginPackage plugin) {
        try {
            return InstalledPlugin.read(home(plugin))
                    .filter(found -> plugin.wheelSha256().equals(found.wheelSha256()));
        } catch (IOException error) {
            throw failed(plugin, error);
        }
    }

    /** All known plugins that are here. */
    public List<InstalledPlugin> installed() {
        return PluginPackage.KNOWN.stream()
                .flatMap(plugin -> find(plugin).stream())
                .toList();
    }

    /**
     * The plugin's library, ready to be loaded.
     *
     * @throws PluginStoreException if it is not here, with the command that brings it
     */
    public Path require(PluginPackage plugin) {
        return find(plugin)
                .orElseThrow(() -> new PluginStoreException(
                        Problem.MISSING,
                        "the plugin " + plugin + " is not in " + directory + ": ./mtj plugin install " + plugin.name()
                                + " gets it"))
                .library();
    }

    /** Brings the plugin if it is not here. A download that was broken off leaves nothing behind that counts. */
    public InstalledPlugin install(PluginPackage plugin, InstallProgress progress) {
        var present = find(plugin);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            Files.createDirectories(directory);
            try (var _ = CacheLock.take(directory.resolve(".lock"))) {
                var broughtMeanwhile = find(plugin);
                return broughtMeanwhile.isPresent() ? broughtMeanwhile.get() : bring(plugin, progress);
            }
        } catch (IOException error) {
            throw failed(plugin, error);
        }
    }

    private InstalledPlugin bring(PluginPackage plugin, InstallProgress progress) throws IOException {
        var aside = directory.resolve("." + plugin.name() + ".part");
        DurableFiles.deleteTree(aside);
        try {
            var downloads = Files.createDirectories(aside.resolve("download"));
            var wheel = pip.download(
                    plugin,
                    downloads,
                    bytes -> progress.at(Stage.DOWNLOAD, Math.min(bytes, plugin.wheelBytes()), plugin.wheelBytes()));
            progress.at(Stage.DOWNLOAD, plugin.wheelBytes(), plugin.wheelBytes());
            requireHash(plugin, wheel);
            unpack(plugin, wheel, Files.createDirectories(aside.resolve("plugin")), progress);
            DurableFiles.deleteTree(home(plugin));
            DurableFiles.publish(aside.resolve("plugin"), home(plugin));
        } finally {
            DurableFiles.deleteTree(aside);
        }
        return find(plugin).orElseThrow();
    }

    private static void requireHash(PluginPackage plugin, Path wheel) throws IOException {
        var hash = Sha256.of(wheel);
        if (!hash.equals(plugin.wheelSha256())) {
            throw new PluginStoreException(
                    Problem.WRONG_HASH,
                    "the wheel " + wheel.getFileName() + " that pip downloaded has the SHA-256 " + hash
                            + ", the plugin " + plugin + " is pinned to " + plugin.wheelSha256()
                            + "; it was thrown away");
        }
    }

    private static void unpack(PluginPackage plugin, Path wheel, Path target, InstallProgress progress)
            throws IOException {
        try (var zip = new ZipFile(wheel.toFile())) {
            var entry = zip.getEntry(plugin.library());
            if (entry == null) {
                throw new PluginStoreException(
                        Problem.WRONG_WHEEL, "the wheel " + wheel.getFileName() + " has no " + plugin.library());
            }
            var library = target.resolve(plugin.libraryFile());
            try (var content = zip.getInputStream(entry)) {
                var bytes =
                        DurableFiles.copy(content, library, done -> progress.at(Stage.UNPACK, done, entry.getSize()));
                new InstalledPlugin(plugin.name(), plugin.version(), plugin.wheelSha256(), bytes, library)
                        .write(target);
            }
        } catch (ZipException error) {
            throw new PluginStoreException(
                    Problem.WRONG_WHEEL, "the wheel " + wheel.getFileName() + " is no zip file", error);
        }
    }

    private Path home(PluginPackage plugin) {
        return directory.resolve(plugin.name() + "-" + plugin.version());
    }

    private PluginStoreException failed(PluginPackage plugin, IOException error) {
        return new PluginStoreException(
                Problem.CACHE_FAILED, "the plugin cache " + directory + " failed for " + plugin + ": " + error, error);
    }
}
