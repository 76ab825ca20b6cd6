package io.meshtransformer.pjrt.c;

import com.sun.jna.Native;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a native executable must know about JNA, whose native half finds its Java half by name: JNA's own classes, the Java
 * types it passes, and its library. Run it after a change of JNA's version to write the metadata anew.
 */
public final class NativeMetadata {
    static final Path FILE =
            Path.of("src/main/resources/META-INF/native-image/io.meshtransformer/mtj-pjrt/reachability-metadata.json");

    private static final String PACKAGE = "com/sun/jna/";

    private static final List<String> JAVA_TYPES = Stream.concat(
                    Stream.of(
                                    "Object",
                                    "Class",
                                    "String",
                                    "Void",
                                    "Boolean",
                                    "Byte",
                                    "Character",
                                    "Short",
                                    "Integer",
                                    "Long",
                                    "Float",
                                    "Double",
                                    "reflect.Method")
                            .map("java.lang."::concat),
                    Stream.of("", "Byte", "Char", "Short", "Int", "Long", "Float", "Double")
                            .map(kind -> "java.nio." + kind + "Buffer"))
            .toList();

    private NativeMetadata() {}

    public static void main(String[] arguments) throws IOException, URISyntaxException {
        Files.writeString(FILE, json());
    }

    static String json() throws IOException, URISyntaxException {
        var types = Stream.concat(jnaTypes().stream(), JAVA_TYPES.stream())
                .map(NativeMetadata::type)
                .collect(Collectors.joining(",\n"));
        return """
                {
                  "reflection": [
                %s
                  ],
                  "resources": [
                    {
                      "glob": "com/sun/jna/linux-x86-64/libjnidispatch.so"
                    }
                  ]
                }
                """.formatted(types.indent(4).stripTrailing());
    }

    private static String type(String name) {
        return """
                {
                  "type": "%s",
                  "jniAccessible": true,
                  "allDeclaredConstructors": true,
                  "allDeclaredMethods": true,
                  "allDeclaredFields": true
                }""".formatted(name);
    }

    /** The classes of JNA's main package; those of its platforms and helpers are not used here. */
    private static List<String> jnaTypes() throws IOException, URISyntaxException {
        var jar = Path.of(
                Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var classes = new JarFile(jar.toFile())) {
            return classes.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(PACKAGE)
                            && name.endsWith(".class")
                            && name.indexOf('/', PACKAGE.length()) < 0)
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }
}
