package io.meshtransformer.training.service.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshtransformer.training.service.launch.KubernetesLauncher;
import io.meshtransformer.training.service.launch.LocalLauncher;
import io.meshtransformer.training.service.run.RunMachine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts that know nothing of Quarkus out of the configuration. */
@ApplicationScoped
public class Parts {
    private final String bootstrapServers;

    Parts(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    @Produces
    @Singleton
    RunMachine machine(TrainingConfiguration configuration) {
        return new RunMachine(configuration.patience());
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    LocalLauncher localLauncher(TrainingConfiguration configuration, WorkerConfiguration worker) {
        // What may have come as a property the worker finds in its environment.
        return new LocalLauncher(
                configuration.directory(), worker.commandOrThis(), Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers));
    }

    /** Made when a run first asks for it: elsewhere there is no cluster. */
    @Produces
    @Singleton
    KubernetesLauncher kubernetesLauncher(KubernetesConfiguration configuration, KubernetesClient client) {
        var namespace = configuration.namespace().orElseGet(client::getNamespace);
        return new KubernetesLauncher(
                client, namespace, configuration.options(bootstrapServers), configuration.jobSets());
    }
}
