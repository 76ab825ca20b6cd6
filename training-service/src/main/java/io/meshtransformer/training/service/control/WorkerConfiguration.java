package io.meshtransformer.training.service.control;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a worker on this machine is started. */
@ConfigMapping(prefix = "mtj.training.worker")
public interface WorkerConfiguration {
    /** The command that a worker's arguments are added to; this very program where absent. */
    Optional<List<String>> command();

    /** For its JVM, if it has one. */
    @WithDefault("-XX:+UseSerialGC,--enable-native-access=ALL-UNNAMED,--sun-misc-unsafe-memory-access=allow")
    List<String> jvmOptions();

    default List<String> commandOrThis() {
        return command().orElseGet(this::thisProgram);
    }

    private List<String> thisProgram() {
        var executable = ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new IllegalStateException(
                        "the system does not tell what this program is; set mtj.training.worker.command"));
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            return List.of(executable);
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(List.of("-jar", System.getProperty("java.class.path")));
        return command;
    }
}
