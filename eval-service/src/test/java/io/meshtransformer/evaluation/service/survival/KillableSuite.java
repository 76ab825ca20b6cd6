package io.meshtransformer.evaluation.service.survival;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.process.BrokerProcess;
import io.meshtransformer.testkit.process.DatabaseProcess;
import io.meshtransformer.testkit.process.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Broker, database, a model and eval-services, each a process that may be killed at any moment and is started again at
 * once, as a launcher or Kubernetes does; so is a service that ends because what it needs is away.
 */
final class KillableSuite implements AutoCloseable {
    enum Part {
        BROKER,
        DATABASE,
        INFERENCE,
        EVALUATION_0,
        EVALUATION_1
    }

    private interface Killable {
        /** As {@code kill -9}; begins to start it again. */
        void kill() throws IOException, InterruptedException;
    }

    private static final Path ROOT = Path.of(System.getProperty("mtj.root"));

    private final Path folder;
    private final BrokerProcess broker;
    private final DatabaseProcess database;
    private final Map<Part, Killable> parts = new EnumMap<>(Part.class);
    private final Map<Part, Kept> services = new EnumMap<>(Part.class);
    private volatile boolean closing;

    /** @param evaluation environment of eval-services, beside what they can't do without */
    static KillableSuite withTwoEvaluationServices(Path folder, Map<String, String> evaluation) throws IOException {
        return new KillableSuite(folder, List.of(Part.EVALUATION_0, Part.EVALUATION_1), evaluation);
    }

    static KillableSuite withOneEvaluationService(Path folder, Map<String, String> evaluation) throws IOException {
        return new KillableSuite(folder, List.of(Part.EVALUATION_0), evaluation);
    }

    private KillableSuite(Path folder, List<Part> evaluationServices, Map<String, String> evaluation)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.database = new DatabaseProcess(folder.resolve("postgres"));
        this.broker = new BrokerProcess(folder.resolve("kafka"), folder.resolve("kafka.log"));
        parts.put(Part.BROKER, new Store(broker::kill, broker::startAgain));
        parts.put(Part.DATABASE, new Store(database::kill, database::startAgain));
        keep(
                Part.INFERENCE,
                "inference-service",
                List.of("-Xmx320m", "--add-modules=jdk.incubator.vector"),
                Map.of("MTJ_ENGINE_DTYPE", "fp32", "MTJ_ENGINE_KV_TOKENS", "4096", "MTJ_ENGINE_WARM_UP", "0s"));
        for (var part : evaluationServices) {
            keep(part, "eval-service", List.of("-Xmx160m", "-XX:TieredStopAtLevel=1"), evaluation);
        }
        services.values().forEach(Kept::awaitReady);
    }

    private void keep(Part part, String module, List<String> options, Map<String, String> own) throws IOException {
        var environment = new HashMap<>(own);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl());
        environment.put(
                "MTJ_MODEL_DIRECTORY", ROOT.resolve("models").resolve("stories").toString());
        environment.put("MTJ_INSTANCE", part.name());
        var log = folder.resolve(part + ".log");
        var service = new Kept(() -> ServiceProcess.launch(ROOT.resolve(module), options, environment, log));
        services.put(part, service);
        parts.put(part, service);
    }

    Broker broker() {
        return broker.broker();
    }

    void kill(Part part) throws IOException, InterruptedException {
        parts.get(part).kill();
    }

    /** What a metric of the model has counted since its process started. */
    long ofTheModel(String metric) throws IOException, InterruptedException {
        return services.get(Part.INFERENCE)
                .process
                .get("/q/metrics")
                .lines()
                .filter(line -> line.startsWith(metric + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    long count(String sql) throws SQLException {
        try (var connection = database.connection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** By hand: one row must be changed. */
    void change(String sql) throws SQLException {
        try (var connection = database.connection();
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).as(sql).isEqualTo(1);
        }
    }

    @Override
    public void close() {
        closing = true;
        try (broker;
                database) {
            services.values().forEach(Kept::end);
        }
    }

    private interface Start {
        void run() throws IOException;
    }

    private interface Kill {
        void run() throws IOException, InterruptedException;
    }

    /** What keeps data. */
    private static final class Store implements Killable {
        private final Kill kill;
        private final Start start;
        private CompletableFuture<Void> started = CompletableFuture.completedFuture(null);

        private Store(Kill kill, Start start) {
            this.kill = kill;
            this.start = start;
        }

        @Override
        public void kill() throws IOException, InterruptedException {
            started.orTimeout(Patience.LONG.toSeconds(), TimeUnit.SECONDS).join();
            kill.run();
            started = CompletableFuture.runAsync(() -> {
                try {
                    start.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private interface Launch {
        ServiceProcess run() throws IOException;
    }

    /** A service that is started again whenever it ends. */
    private final class Kept implements Killable {
        private final Launch launch;
        private final Thread keeper;
        private volatile ServiceProcess process;

        private Kept(Launch launch) throws IOException {
            this.launch = launch;
            this.process = launch.run();
            this.keeper = Thread.ofVirtual().start(this::keep);
        }

        private void keep() {
            try {
                while (true) {
                    process.awaitEnd();
                    if (closing) {
                        return;
                    }
                    process = launch.run();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void awaitReady() {
            process.awaitReady();
        }

        private void end() {
            try {
                process.kill();
                keeper.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }

        @Override
        public void kill() throws InterruptedException {
            process.kill();
        }
    }
}
