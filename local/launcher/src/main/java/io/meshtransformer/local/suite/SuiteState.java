package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.meshtransformer.local.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one launcher knows of its suite, as {@code run/state.json} has it.
 *
 * @param phase of the whole suite
 * @param launcher the process that runs it
 * @param watchdog the process that cleans up after the launcher, or null
 * @param url of the gateway
 * @param model name of the model served
 * @param modelDirectory where the model's files are
 * @param failure why the suite failed, or null
 * @param services in the order in which they are shown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SuiteState(
        Phase phase,
        ProcessIdentity launcher,
        ProcessIdentity watchdog,
        String url,
        String model,
        String modelDirectory,
        String failure,
        List<Service> services) {
    /** Of a whole suite. */
    public enum Phase {
        @JsonProperty("starting")
        STARTING,
        @JsonProperty("ready")
        READY,
        @JsonProperty("stopping")
        STOPPING,
        @JsonProperty("stopped")
        STOPPED,
        @JsonProperty("failed")
        FAILED
    }

    /** Of one service. */
    public enum Health {
        @JsonProperty("starting")
        STARTING,
        @JsonProperty("ready")
        READY,
        /** It died and is started again. */
        @JsonProperty("restarting")
        RESTARTING,
        /** It does not run, or does not answer. */
        @JsonProperty("down")
        DOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One service.
     *
     * @param process null where none runs
     * @param seconds from the beginning of the suite's start until it was ready for the first time, or null
     * @param restarts how often it died and was started again
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Service(String name, ProcessIdentity process, int port, Health health, Double seconds, int restarts) {
        public Service {
            requireNonNull(name, "name is null");
            requireNonNull(health, "health is null");
        }
    }

    public SuiteState {
        requireNonNull(phase, "phase is null");
        requireNonNull(launcher, "launcher is null");
        requireNonNull(url, "url is null");
        requireNonNull(model, "model is null");
        services = List.copyOf(requireNonNull(services, "services is null"));
    }

    public Optional<Service> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    /** Where a service listens that this suite has. */
    int port(String name) {
        return service(name).orElseThrow().port();
    }

    public SuiteState with(Phase newPhase, String newFailure) {
        return new SuiteState(newPhase, launcher, watchdog, url, model, modelDirectory, newFailure, services);
    }

    public SuiteState with(ProcessIdentity newWatchdog) {
        return new SuiteState(phase, launcher, newWatchdog, url, model, modelDirectory, failure, services);
    }

    /** With this service in the place of the one with its name. */
    public SuiteState with(Service changed) {
        var copy = new ArrayList<>(services);
        copy.replaceAll(service -> service.name().equals(changed.name()) ? changed : service);
        return new SuiteState(phase, launcher, watchdog, url, model, modelDirectory, failure, copy);
    }
}
