package io.meshtransformer.pjrt.c;

import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.ErrorCode;
import io.meshtransformer.pjrt.HostBufferSemantics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sizes, offsets and enum values, one a line: as this library has them, and as a C compiler finds them in the header. Run
 * it with the header's path to write the golden table anew.
 */
public final class HeaderTable {
    static final Path GOLDEN = Path.of("src", "test", "resources", "pjrt-header-0.83.txt");

    private HeaderTable() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var lines = compiled(Path.of(arguments[0]), Files.createTempDirectory("pjrt-header"));
        Files.writeString(GOLDEN, String.join("\n", lines) + "\n");
    }

    /** What the declarations in {@link PjrtStructs} and the enums amount to. */
    static List<String> declared() {
        var lines = new ArrayList<String>();
        lines.add("version " + PjrtStructs.MAJOR_VERSION + "." + PjrtStructs.MINOR_VERSION);
        for (var struct : PjrtStructs.all()) {
            lines.add(struct.name() + " " + struct.size() + " " + struct.paddedSize());
            struct.fields()
                    .forEach(field -> lines.add(struct.name() + "." + field.name() + " " + field.offset() + " "
                            + field.type().size()));
        }
        enums().forEach((constant, number) -> lines.add(constant + " " + number));
        return lines;
    }

    /** What the compiler says about the same names. */
    static List<String> compiled(Path header, Path directory) throws IOException, InterruptedException {
        var source = directory.resolve("table.c");
        var program = directory.resolve("table");
        Files.writeString(source, cProgram(header));
        run("cc", "-o", program.toString(), source.toString());
        return run(program.toString());
    }

    private static String cProgram(Path header) {
        var body = new StringBuilder();
        body.append("printf(\"version %d.%d\\n\", PJRT_API_MAJOR, PJRT_API_MINOR);\n");
        for (var struct : PjrtStructs.all()) {
            body.append("printf(\"%1$s %%zu %%zu\\n\", (size_t) %1$s_STRUCT_SIZE, sizeof(struct %1$s));\n"
                    .formatted(struct.name()));
            struct.fields()
                    .forEach(field -> body.append(
                            "printf(\"%1$s.%2$s %%zu %%zu\\n\", offsetof(struct %1$s, %2$s), sizeof(((struct %1$s*) 0)->%2$s));\n"
                                    .formatted(struct.name(), field.name())));
        }
        enums().keySet().forEach(name -> body.append("printf(\"%1$s %%d\\n\", %1$s);\n".formatted(name)));
        return """
                #include <stdio.h>
                #include "%s"
                int main(void) {
                %s
                return 0;
                }
                """.formatted(header.toAbsolutePath(), body);
    }

    private static Map<String, Integer> enums() {
        var constants = new LinkedHashMap<String, Integer>();
        for (var type : ElementType.values()) {
            constants.put("PJRT_Buffer_Type_" + type.name(), type.number());
        }
        for (var code : ErrorCode.values()) {
            constants.put("PJRT_Error_Code_" + code.name(), code.number());
        }
        for (var semantics : HostBufferSemantics.values()) {
            constants.put("PJRT_HostBufferSemantics_k" + camelCase(semantics.name()), semantics.number());
        }
        return constants;
    }

    private static String camelCase(String constant) {
        var name = new StringBuilder();
        for (var word : constant.split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var lines = process.inputReader().readAllLines();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + String.join("\n", lines));
        }
        return lines;
    }
}
