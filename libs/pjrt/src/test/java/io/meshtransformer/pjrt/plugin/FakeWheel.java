package io.meshtransformer.pjrt.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel that pip takes for one. */
final class FakeWheel {
    private static final String PLATFORM = "manylinux_2_27_x86_64";

    private FakeWheel() {}

    /** Writes the wheel of the package "fake" 1.0 into a folder; tells how it would be pinned. */
    static PluginPackage publish(Path folder, String library, byte[] content) throws IOException {
        var wheel = folder.resolve("fake-1.0-py3-none-" + PLATFORM + ".whl");
        try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            add(zip, library, content);
            add(zip, "fake-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: fake\nVersion: 1.0\n");
            add(
                    zip,
                    "fake-1.0.dist-info/WHEEL",
                    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-" + PLATFORM + "\n");
            add(zip, "fake-1.0.dist-info/RECORD", library + ",,\n");
        }
        return new PluginPackage("fake", "fake", "1.0", sha256(wheel), Files.size(wheel), "lib/fake.so", PLATFORM, "");
    }

    static PluginPackage withHash(PluginPackage plugin, String sha256) {
        return new PluginPackage(
                plugin.name(),
                plugin.distribution(),
                plugin.version(),
                sha256,
                plugin.wheelBytes(),
                plugin.library(),
                plugin.platform(),
                plugin.requirement());
    }

    private static void add(ZipOutputStream zip, String name, String text) throws IOException {
        add(zip, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static String sha256(Path file) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
