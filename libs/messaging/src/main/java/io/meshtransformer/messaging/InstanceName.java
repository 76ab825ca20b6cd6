package io.meshtransformer.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What this process is called among all processes of the suite, such as {@code inference-service-0}. */
@ApplicationScoped
public class InstanceName {
    private final Optional<String> given;
    private final String value;

    /**
     * @param given {@code mtj.instance}
     * @param application stands in, with the process id, where none is given
     */
    public InstanceName(
            @ConfigProperty(name = "mtj.instance") Optional<String> given,
            @ConfigProperty(name = "quarkus.application.name", defaultValue = "mtj") String application) {
        this.given = given;
        this.value = given.orElseGet(
                () -> application + "-" + ProcessHandle.current().pid());
    }

    public String value() {
        return value;
    }

    /** The name where an operator chose it, so that the process has the same one after a restart. */
    public Optional<String> lasting() {
        return given;
    }

    /** For the header {@code ce_source}. */
    public String source() {
        return "/" + value;
    }
}
