package io.meshtransformer.training.service.launch;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.meshtransformer.training.service.worker.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a worker is in a cluster: a job with one pod for each host of a TPU slice, a headless service by which they find
 * each other, and a config map. The control plane decides over another try, so the job itself tries nothing again.
 */
final class WorkerManifests {
    static final String RUN_LABEL = "meshtransformer.io/run";
    static final String ATTEMPT_LABEL = "meshtransformer.io/attempt";
    static final String JOB_SET = "JobSet";
    static final String JOB_SET_VERSION = "jobset.x-k8s.io/v1alpha2";
    /** Of the one replicated job in a job set: part of its pods' names. */
    static final String REPLICATED = "worker";

    private static final String CONFIGURATION = "configuration.json";
    private static final String CONFIGURATION_PATH = "/etc/mtj";
    private static final String TERMINATION_LOG = "/dev/termination-log";

    private final ClusterOptions options;
    private final Assignment assignment;
    private final Slice slice;
    private final String name;

    /** @param hosts pods of the slice */
    record Slice(String accelerator, String topology, int hosts) {}

    WorkerManifests(ClusterOptions options, Assignment assignment, Slice slice) {
        this.options = requireNonNull(options, "options is null");
        this.assignment = requireNonNull(assignment, "assignment is null");
        this.slice = requireNonNull(slice, "slice is null");
        this.name = JobName.ofWorker(assignment.run(), assignment.attempt());
    }

    ConfigMap configMap() {
        return new ConfigMapBuilder()
                .withMetadata(metadata())
                .addToData(CONFIGURATION, assignment.configuration().toString())
                .build();
    }

    /** Gives every pod a name of its own, before it is ready too. A job set has one by itself. */
    Service service() {
        return new ServiceBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .addToSelector("batch.kubernetes.io/job-name", name)
                .endSpec()
                .build();
    }

    Job job() {
        return new JobBuilder()
                .withMetadata(metadata())
                .withSpec(jobSpec(name + "-%d." + name))
                .build();
    }

    /** The same job within a job set, whose pods are called otherwise. */
    GenericKubernetesResource jobSet() {
        var job = Map.of("spec", jobSpec(name + "-" + REPLICATED + "-0-%d." + name));
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(JOB_SET_VERSION)
                .withKind(JOB_SET)
                .withMetadata(metadata())
                .addToAdditionalProperties(
                        "spec",
                        Map.of(
                                "failurePolicy",
                                Map.of("maxRestarts", 0),
                                "replicatedJobs",
                                List.of(Map.of("name", REPLICATED, "replicas", 1, "template", job))))
                .build();
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder().withName(name).withLabels(labels()).build();
    }

    private Map<String, String> labels() {
        return Map.of(
                "app.kubernetes.io/name",
                "training-worker",
                RUN_LABEL,
                JobName.ofRun(assignment.run()),
                ATTEMPT_LABEL,
                String.valueOf(assignment.attempt()));
    }

    /** @param hostname pattern of a pod's name, with its number */
    private JobSpec jobSpec(String hostname) {
        return new JobSpecBuilder()
                .withCompletionMode("Indexed")
                .withParallelism(slice.hosts())
                .withCompletions(slice.hosts())
                .withBackoffLimit(0)
                .withNewPodFailurePolicy()
                // Told to make room: the job ends at once, and says by this code that another try is wanted.
                .addNewRule()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName("worker")
                .withOperator("In")
                .withValues(ExitCode.FOR_GOOD, ExitCode.AGAIN)
                .endOnExitCodes()
                .endRule()
                .endPodFailurePolicy()
                .withTemplate(template(hostname))
                .build();
    }

    private PodTemplateSpec template(String hostname) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels())
                .withAnnotations(annotations())
                .endMetadata()
                .withNewSpec()
                .withSubdomain(name)
                .withServiceAccountName(options.serviceAccount())
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(options.terminationGrace().toSeconds())
                .addToNodeSelector("cloud.google.com/gke-tpu-accelerator", slice.accelerator())
                .addToNodeSelector("cloud.google.com/gke-tpu-topology", slice.topology())
                .addToContainers(container(hostname))
                .withVolumes(volumes())
                .endSpec()
                .build();
    }

    private Map<String, String> annotations() {
        return options.volume().orElseThrow() instanceof ClusterOptions.Volume.Bucket
                ? Map.of("gke-gcsfuse/volumes", "true")
                : Map.of();
    }

    private Container container(String hostname) {
        var chips = new Quantity(String.valueOf(options.chipsPerHost()));
        return new ContainerBuilder()
                .withName("worker")
                .withImage(options.image().orElseThrow())
                .withArgs(
                        "worker",
                        "--run",
                        options.runs() + "/" + assignment.run(),
                        "--configuration",
                        CONFIGURATION_PATH + "/" + CONFIGURATION,
                        "--attempt",
                        String.valueOf(assignment.attempt()))
                .withEnv(environment(hostname))
                .withNewResources()
                .addToRequests("memory", new Quantity(options.memory()))
                .addToRequests("google.com/tpu", chips)
                .addToLimits("google.com/tpu", chips)
                .endResources()
                .withTerminationMessagePath(TERMINATION_LOG)
                .addNewVolumeMount()
                .withName("data")
                .withMountPath(options.mountPath())
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("configuration")
                .withMountPath(CONFIGURATION_PATH)
                .endVolumeMount()
                .build();
    }

    private List<EnvVar> environment(String hostname) {
        var hostnames =
                IntStream.range(0, slice.hosts()).mapToObj(hostname::formatted).collect(Collectors.joining(","));
        var variables = new ArrayList<EnvVar>();
        variables.add(new EnvVar("KAFKA_BOOTSTRAP_SERVERS", options.bootstrapServers(), null));
        variables.add(new EnvVar("MTJ_TERMINATION_LOG", TERMINATION_LOG, null));
        variables.add(new EnvVar("TPU_WORKER_HOSTNAMES", hostnames, null));
        variables.add(new EnvVarBuilder()
                .withName("TPU_WORKER_ID")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.annotations['batch.kubernetes.io/job-completion-index']")
                .endFieldRef()
                .endValueFrom()
                .build());
        return variables;
    }

    private List<Volume> volumes() {
        var data = new VolumeBuilder().withName("data");
        var mounted =
                switch (options.volume().orElseThrow()) {
                    case ClusterOptions.Volume.Claim(var claim) ->
                        data.withNewPersistentVolumeClaim()
                                .withClaimName(claim)
                                .endPersistentVolumeClaim()
                                .build();
                    case ClusterOptions.Volume.Bucket(var bucket) ->
                        data.withNewCsi()
                                .withDriver("gcsfuse.csi.storage.gke.io")
                                .addToVolumeAttributes("bucketName", bucket)
                                .endCsi()
                                .build();
                };
        var configuration = new VolumeBuilder()
                .withName("configuration")
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .build();
        return List.of(mounted, configuration);
    }
}
