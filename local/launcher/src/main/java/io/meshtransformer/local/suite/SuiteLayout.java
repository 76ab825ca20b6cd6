package io.meshtransformer.local.suite;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.process.ProcessIdentity;
import io.meshtransformer.local.process.Watchdog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which services a suite has, in the order in which they are shown, and on which ports. */
public final class SuiteLayout {
    private static final List<String> INTERNAL = List.of(
            Stores.BROKER,
            Stores.DATABASE,
            Services.TOKENIZER,
            Services.INFERENCE,
            Services.TRAINING,
            Services.EVALUATION);

    private SuiteLayout() {}

    /** What is said when a service is ready. */
    public static String readyLine(String service, double seconds, int port) {
        return String.format(Locale.ROOT, "%-18s ready after %5.1f s   port %d", service, seconds, port);
    }

    /** The state before anything has been started. */
    static SuiteState first(SuiteOptions options, Watchdog watchdog) {
        var earlier = new StateFile(options.home().stateFile()).read();
        var free = Ports.free(INTERNAL.size());
        var services = new ArrayList<>(IntStream.range(0, INTERNAL.size())
                .mapToObj(i -> service(INTERNAL.get(i), port(earlier, INTERNAL.get(i), free.get(i))))
                .toList());
        services.add(service(Services.GATEWAY, options.port()));
        return new SuiteState(
                SuiteState.Phase.STARTING,
                ProcessIdentity.current(),
                watchdog.identity().orElseThrow(),
                options.url(),
                options.model().name(),
                options.model().path().toString(),
                null,
                services);
    }

    private static SuiteState.Service service(String name, int port) {
        return new SuiteState.Service(name, null, port, SuiteState.Health.STARTING, null, 0);
    }

    /** The port of the last time if it is still free: what was told to a Kafka console stays true. */
    private static int port(Optional<SuiteState> earlier, String service, int free) {
        return earlier.flatMap(state -> state.service(service))
                .map(SuiteState.Service::port)
                .filter(Ports::isFree)
                .orElse(free);
    }
}
