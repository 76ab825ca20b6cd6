package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.model.MemoryNeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The services of this suite: which there are, and how each is started. */
final class Services {
    static final String GATEWAY = "gateway";
    static final String TOKENIZER = "tokenizer-service";
    static final String INFERENCE = "inference-service";

    static final String TRAINING = "training-service";
    static final String EVALUATION = "eval-service";

    static final List<String> NAMES = List.of(TOKENIZER, INFERENCE, TRAINING, EVALUATION, GATEWAY);

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Reading and converting weights, on a slow disk. */
    private static final long WEIGHT_BYTES_PER_SECOND = 50L << 20;

    /** Programs for TPUs, where none is kept from before. */
    private static final Duration COMPILING = Duration.ofMinutes(5);

    /** Sequences of full length that the KV cache is to hold, where {@link #MOST_CACHE_BYTES} allows it. */
    private static final int SEQUENCES = 64;

    /** Checkpoints that are offered beside the model, as the services have it for themselves. */
    private static final int PUBLISHED = 2;

    private static final long MOST_CACHE_BYTES = 512L << 20;

    /** Where the parts of the infrastructure are. */
    record Addresses(
            String bootstrapServers,
            String jdbcUrl,
            int tokenizerPort,
            int inferencePort,
            int trainingPort,
            int evaluationPort) {}

    private final SuiteOptions options;
    private final Addresses addresses;

    Services(SuiteOptions options, Addresses addresses) {
        this.options = requireNonNull(options, "options is null");
        this.addresses = requireNonNull(addresses, "addresses is null");
    }

    ServiceDefinition gateway() {
        return define(GATEWAY, options.port(), List.of("-Xmx192m"), Map.of(), Map.of(), PATIENCE);
    }

    ServiceDefinition tokenizer() {
        return define(
                TOKENIZER, addresses.tokenizerPort(), List.of("-Xmx160m"), modelEnvironment(), Map.of(), PATIENCE);
    }

    /** Its workers outlive its death, but not the suite's end: what they say has nowhere to go then. */
    ServiceDefinition training() {
        return define(
                TRAINING,
                addresses.trainingPort(),
                controlPlane("-Xmx160m"),
                Map.of(
                        "MTJ_TRAINING_DIRECTORY",
                        options.home().runs().toString(),
                        "MTJ_TRAINING_STOP_WORKERS_AT_SHUTDOWN",
                        "true"),
                Map.of(),
                PATIENCE);
    }

    /** It reads the served models' tokenizers itself. */
    ServiceDefinition evaluation() {
        var environment = new HashMap<>(modelEnvironment());
        options.evaluation().data().ifPresent(data -> environment.put("MTJ_EVALUATION_DATA", data.toString()));
        options.evaluation().tasks().ifPresent(tasks -> environment.put("MTJ_EVALUATION_TASKS", tasks.toString()));
        return define(
                EVALUATION, addresses.evaluationPort(), controlPlane("-Xmx256m"), environment, Map.of(), PATIENCE);
    }

    /**
     * Of services that mostly wait for others. What the optimising compiler gains there it takes many minutes to make up
     * for: beside an evaluation it took more of the processors than the service itself.
     */
    private static List<String> controlPlane(String heap) {
        return List.of(heap, "-XX:TieredStopAtLevel=1");
    }

    ServiceDefinition inference() {
        var environment = new HashMap<>(modelEnvironment());
        environment.put("MTJ_ENGINE", options.engine().toString());
        environment.put("MTJ_ENGINE_DTYPE", options.dtype().toString());
        return switch (options.engine()) {
            case VECTOR -> vectorInference(environment);
            case XLA -> xlaInference(environment);
        };
    }

    private ServiceDefinition vectorInference(Map<String, String> environment) {
        var config = options.model().config();
        var perToken = MemoryNeed.of(config, options.dtype(), 1).cacheBytes();
        var contexts = Math.clamp(MOST_CACHE_BYTES / (perToken * config.contextLength()), 1, SEQUENCES);
        var need = MemoryNeed.of(config, options.dtype(), contexts * config.contextLength());
        environment.put("MTJ_ENGINE_KV_TOKENS", Long.toString(contexts * config.contextLength()));
        return inference(need.withPublished(PUBLISHED).heapMebibytes(), environment, loading(need.weightBytes()));
    }

    /** Weights and KV cache lie on the devices. */
    private ServiceDefinition xlaInference(Map<String, String> environment) {
        var config = options.model().config();
        environment.put("MTJ_ENGINE_PLUGIN", options.xla().plugin());
        environment.put("MTJ_ENGINE_MP", Integer.toString(options.xla().mp()));
        environment.put("MTJ_ENGINE_DP", Integer.toString(options.xla().dp()));
        // What XLA writes to the log beside errors is for its authors.
        environment.put("TF_CPP_MIN_LOG_LEVEL", "2");
        var weights = MemoryNeed.of(config, options.dtype(), 0).weightBytes();
        return inference(
                MemoryNeed.heapMebibytesBesideDevices(config),
                environment,
                loading(weights).plus(COMPILING));
    }

    private static Duration loading(long weightBytes) {
        return PATIENCE.plusSeconds(weightBytes / WEIGHT_BYTES_PER_SECOND);
    }

    private ServiceDefinition inference(long heapMebibytes, Map<String, String> environment, Duration patience) {
        return define(
                INFERENCE,
                addresses.inferencePort(),
                List.of("-Xmx" + heapMebibytes + "m", "--add-modules=jdk.incubator.vector"),
                environment,
                // A stream that broke is computed again from its beginning, which warms up as well.
                Map.of("MTJ_ENGINE_WARM_UP", "0s"),
                patience);
    }

    private Map<String, String> modelEnvironment() {
        return Map.of(
                "MTJ_MODEL_DIRECTORY", options.model().path().toString(),
                "MTJ_MODEL_NAME", options.model().name());
    }

    private ServiceDefinition define(
            String name,
            int port,
            List<String> jvmOptions,
            Map<String, String> own,
            Map<String, String> restart,
            Duration patience) {
        var environment = new HashMap<>(own);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", addresses.bootstrapServers());
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", addresses.jdbcUrl());
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("MTJ_INSTANCE", name + "-0");
        // Each of glibc's memory pools keeps what it once had; two are enough for a service of few threads.
        environment.put("MALLOC_ARENA_MAX", "2");
        return new ServiceDefinition(name, command(name, jvmOptions), environment, restart, port, patience);
    }

    /** @throws LauncherException if a service has not been built */
    static void requireBuilt(Path root, boolean nativeExecutables) {
        for (var name : NAMES) {
            var jar = jar(root, name);
            if (!Files.exists(jar)) {
                throw new LauncherException("%s is not built: %s is missing".formatted(name, jar));
            }
            if (nativeExecutables && nativeExecutable(root, name).isEmpty()) {
                throw new LauncherException(
                        "%s has no native executable that is newer than %s: build it with './mtj native'"
                                .formatted(name, jar));
            }
        }
    }

    static Path jar(Path root, String name) {
        return root.resolve(name).resolve("target").resolve("quarkus-app").resolve("quarkus-run.jar");
    }

    private List<String> command(String name, List<String> jvmOptions) {
        var jar = jar(options.root(), name);
        if (options.nativeExecutables()) {
            return nativeCommand(name, jvmOptions);
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xss512k", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(new AotCache(jar).options(options.caches()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** What an executable takes of the JVM's options is the size of the heap. */
    private List<String> nativeCommand(String name, List<String> jvmOptions) {
        var executable = nativeExecutable(options.root(), name).orElseThrow();
        return Stream.concat(
                        Stream.of(executable.toString()),
                        jvmOptions.stream().filter(option -> option.startsWith("-Xmx")))
                .toList();
    }

    /** Only one that was built after the jar: an older one is another program. */
    private static Optional<Path> nativeExecutable(Path root, String name) {
        var jar = jar(root, name);
        var target = root.resolve(name).resolve("target");
        try (var runners = Files.newDirectoryStream(target, "*-runner")) {
            var jarTime = Files.getLastModifiedTime(jar);
            for (var runner : runners) {
                if (Files.isExecutable(runner)
                        && Files.getLastModifiedTime(runner).compareTo(jarTime) >= 0) {
                    return Optional.of(runner);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new LauncherException("the build in " + target + " can't be looked at: " + e, e);
        }
    }
}
