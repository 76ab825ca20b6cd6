package io.meshtransformer.training.service.launch;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.meshtransformer.training.run.InvalidConfigurationException;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.service.run.Ending;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Workers as jobs of a cluster, one job for each try, or as job sets where the cluster has them. Jobs go by names that
 * follow from run and try, so whoever comes later finds them.
 */
public final class KubernetesLauncher implements Launcher {
    private static final ResourceDefinitionContext JOB_SETS = new ResourceDefinitionContext.Builder()
            .withGroup("jobset.x-k8s.io")
            .withVersion("v1alpha2")
            .withKind(WorkerManifests.JOB_SET)
            .withPlural("jobsets")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;
    private final String namespace;
    private final ClusterOptions options;
    private final boolean jobSets;

    /** @param jobSets whether job sets are used where the cluster knows them */
    public KubernetesLauncher(KubernetesClient client, String namespace, ClusterOptions options, boolean jobSets) {
        this.client = requireNonNull(client, "client is null");
        this.namespace = requireNonNull(namespace, "namespace is null");
        this.options = requireNonNull(options, "options is null");
        this.jobSets = jobSets;
    }

    @Override
    public void launch(Assignment assignment) throws LaunchException {
        requireConfigured();
        var manifests = new WorkerManifests(options, assignment, slice(assignment));
        try {
            for (var earlier = 1; earlier < assignment.attempt(); earlier++) {
                delete(assignment.run(), earlier);
            }
            create(manifests);
        } catch (KubernetesClientException e) {
            throw failed("launched", e);
        }
    }

    private void requireConfigured() throws LaunchException {
        if (options.image().isEmpty()) {
            throw new LaunchException(
                    "mtj.training.kubernetes.image is not set: there is nothing to run in the cluster");
        }
        if (options.volume().isEmpty()) {
            throw new LaunchException("neither mtj.training.kubernetes.volume-claim nor mtj.training.kubernetes.bucket"
                    + " is set: there is no place for checkpoints");
        }
    }

    private static WorkerManifests.Slice slice(Assignment assignment) throws LaunchException {
        try {
            var launch = RunConfiguration.parse(assignment.configuration().toTree(), Path.of("/"))
                    .launch();
            return new WorkerManifests.Slice(launch.accelerator(), launch.topology(), launch.hosts());
        } catch (InvalidConfigurationException e) {
            throw new LaunchException(e.getMessage(), e);
        }
    }

    /** The rest belongs to the job, and goes with it. */
    private void create(WorkerManifests manifests) {
        var job = inJobSets() ? createdOrThere(manifests.jobSet()) : createdOrThere(manifests.job());
        if (!inJobSets()) {
            createdOrThere(owned(manifests.service(), job));
        }
        createdOrThere(owned(manifests.configMap(), job));
    }

    private boolean inJobSets() {
        return jobSets && client.supports(WorkerManifests.JOB_SET_VERSION, WorkerManifests.JOB_SET);
    }

    private <T extends HasMetadata> T createdOrThere(T wanted) {
        var resource = client.resource(wanted).inNamespace(namespace);
        var there = resource.get();
        return there == null ? resource.create() : there;
    }

    private static <T extends HasMetadata> T owned(T resource, HasMetadata job) {
        resource.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion(job.getApiVersion())
                        .withKind(job.getKind())
                        .withName(job.getMetadata().getName())
                        .withUid(job.getMetadata().getUid())
                        .build()));
        return resource;
    }

    @Override
    public Optional<Ending> ending(String run, int attempt) throws LaunchException {
        try {
            var pods = pods(run, attempt);
            var failed = pods.stream()
                    .flatMap(pod -> terminated(pod).stream())
                    .filter(end -> !(end instanceof Ending.Finished))
                    .findFirst();
            if (failed.isPresent()) {
                return failed;
            }
            if (!pods.isEmpty() && pods.stream().allMatch(pod -> terminated(pod).isPresent())) {
                return Optional.of(new Ending.Finished());
            }
            return jobEnding(run, attempt);
        } catch (KubernetesClientException e) {
            throw failed("looked at", e);
        }
    }

    private List<Pod> pods(String run, int attempt) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(WorkerManifests.RUN_LABEL, JobName.ofRun(run))
                .withLabel(WorkerManifests.ATTEMPT_LABEL, String.valueOf(attempt))
                .list()
                .getItems();
    }

    private static Optional<Ending> terminated(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getContainerStatuses().stream())
                .filter(container -> container.getName().equals("worker"))
                .map(container -> container.getState())
                .filter(state -> state != null && state.getTerminated() != null)
                .map(state -> state.getTerminated())
                .map(end -> Ending.of(
                        OptionalInt.of(end.getExitCode()),
                        Optional.ofNullable(end.getMessage()).orElse("").strip()))
                .findFirst();
    }

    /** Where pods are not there yet, or not any more. */
    private Optional<Ending> jobEnding(String run, int attempt) {
        var name = JobName.ofWorker(run, attempt);
        var jobs = client.batch().v1().jobs().inNamespace(namespace);
        var own = jobs.withName(name).get();
        var job = own == null
                ? jobs.withName(name + "-" + WorkerManifests.REPLICATED + "-0").get()
                : own;
        if (job == null) {
            return inJobSets() && jobSet(name).get() != null
                    ? Optional.empty()
                    : Optional.of(Ending.of(OptionalInt.empty(), "the worker's job is gone"));
        }
        return Optional.ofNullable(job.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> "True".equals(condition.getStatus()))
                .flatMap(KubernetesLauncher::ending)
                .findFirst();
    }

    private static Stream<Ending> ending(JobCondition condition) {
        return switch (condition.getType()) {
            case "Complete" -> Stream.of(new Ending.Finished());
            case "Failed" ->
                Stream.of(Ending.of(OptionalInt.empty(), "the worker's job failed: " + condition.getMessage()));
            default -> Stream.empty();
        };
    }

    private Resource<GenericKubernetesResource> jobSet(String name) {
        return client.genericKubernetesResources(JOB_SETS)
                .inNamespace(namespace)
                .withName(name);
    }

    /** Its pods get SIGTERM, commit, and end by themselves. */
    @Override
    public void stop(String run, int attempt) throws LaunchException {
        try {
            for (var pod : pods(run, attempt)) {
                client.resource(pod)
                        .inNamespace(namespace)
                        .withGracePeriod(options.terminationGrace().toSeconds())
                        .delete();
            }
        } catch (KubernetesClientException e) {
            throw failed("told to end", e);
        }
    }

    @Override
    public void kill(String run, int attempt) throws LaunchException {
        try {
            delete(run, attempt);
        } catch (KubernetesClientException e) {
            throw failed("ended", e);
        }
    }

    private void delete(String run, int attempt) {
        var name = JobName.ofWorker(run, attempt);
        for (var pod : pods(run, attempt)) {
            client.resource(pod).inNamespace(namespace).withGracePeriod(0).delete();
        }
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        if (inJobSets()) {
            jobSet(name).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
        }
    }

    private static LaunchException failed(String what, KubernetesClientException e) {
        return new LaunchException("the worker could not be " + what + ": " + e.getMessage(), e);
    }
}
