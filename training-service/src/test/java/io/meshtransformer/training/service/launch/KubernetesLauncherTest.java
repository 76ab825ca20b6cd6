package io.meshtransformer.training.service.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.training.service.launch.ClusterOptions.Volume;
import io.meshtransformer.training.service.run.Ending;
import io.meshtransformer.training.service.run.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against an API server that keeps what it is given and runs nothing. */
@EnableKubernetesMockClient(crud = true)
class KubernetesLauncherTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String NAMESPACE = "training";
    private static final String JOB = "mtj-tales-2";

    /** The extension fills it. */
    KubernetesClient client;

    @Test
    void aWorkerIsAnIndexedJobWithAHeadlessServiceAndItsConfiguration() throws Exception {
        launcher(options(new Volume.Claim("models"))).launch(worker("tales", 2));

        golden(
                "job.yaml",
                client.batch().v1().jobs().inNamespace(NAMESPACE).withName(JOB).get());
        golden(
                "service.yaml",
                client.services().inNamespace(NAMESPACE).withName(JOB).get());
        golden(
                "config-map.yaml",
                client.configMaps().inNamespace(NAMESPACE).withName(JOB).get());
    }

    @Test
    void aBucketIsMountedByGcsFuse() throws Exception {
        launcher(options(new Volume.Bucket("tales-bucket"))).launch(worker("tales", 2));
        golden(
                "job-bucket.yaml",
                client.batch().v1().jobs().inNamespace(NAMESPACE).withName(JOB).get());
    }

    @Test
    void whereJobSetsAreKnownAWorkerIsOne() throws Exception {
        var manifests = new WorkerManifests(
                options(new Volume.Claim("models")),
                worker("tales", 2),
                new WorkerManifests.Slice("tpu-v5-lite-podslice", "2x4", 2));
        golden("job-set.yaml", manifests.jobSet());
    }

    @Test
    void launchingTwiceMakesOneJobAndEndsEarlierOnes() throws Exception {
        var launcher = launcher(options(new Volume.Claim("models")));
        launcher.launch(worker("tales", 1));
        launcher.launch(worker("tales", 2));
        launcher.launch(worker("tales", 2));
        assertThat(client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems())
                .extracting(job -> job.getMetadata().getName())
                .containsExactly(JOB);
        launcher.kill("tales", 2);
        assertThat(client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
        assertThat(launcher.ending("tales", 2)).contains(new Ending.Died("the worker's job is gone"));
    }

    @Test
    void theEndOfPodsIsTheWorkersEnd() throws Exception {
        var launcher = launcher(options(new Volume.Claim("models")));
        launcher.launch(worker("tales", 2));
        assertThat(launcher.ending("tales", 2)).isEmpty();

        create(pod(0, null, null));
        create(pod(1, null, null));
        assertThat(launcher.ending("tales", 2)).isEmpty();
        replace(pod(0, 0, ""));
        assertThat(launcher.ending("tales", 2)).isEmpty();
        replace(pod(1, 0, ""));
        assertThat(launcher.ending("tales", 2)).contains(new Ending.Finished());

        replace(pod(1, 75, ""));
        assertThat(launcher.ending("tales", 2)).contains(new Ending.Again());
        replace(pod(1, 2, "sequence is 99"));
        assertThat(launcher.ending("tales", 2)).contains(new Ending.ForGood("sequence is 99"));
        replace(pod(1, 137, null));
        assertThat(launcher.ending("tales", 2)).contains(new Ending.Died("the worker was ended by signal 9"));
    }

    @Test
    void aJobWhosePodsAreGoneSaysHowItEnded() throws Exception {
        var launcher = launcher(options(new Volume.Claim("models")));
        launcher.launch(worker("tales", 2));
        var job =
                client.batch().v1().jobs().inNamespace(NAMESPACE).withName(JOB).get();
        client.resource(new JobBuilder(job)
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Failed")
                        .withStatus("True")
                        .withMessage("its node is gone")
                        .endCondition()
                        .endStatus()
                        .build())
                .inNamespace(NAMESPACE)
                .patchStatus();
        assertThat(launcher.ending("tales", 2)).contains(new Ending.Died("the worker's job failed: its node is gone"));
    }

    @Test
    void stoppingAsksEveryPodToEnd() throws Exception {
        var launcher = launcher(options(new Volume.Claim("models")));
        launcher.launch(worker("tales", 2));
        create(pod(0, null, null));
        launcher.stop("tales", 2);
        assertThat(client.pods().inNamespace(NAMESPACE).list().getItems()).isEmpty();
        assertThat(client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(NAMESPACE)
                        .withName(JOB)
                        .get())
                .isNotNull();
    }

    @Test
    void whatIsNotConfiguredIsNamed() {
        var without = new ClusterOptions(
                Optional.empty(), "default", 4, "32Gi", Optional.empty(), "/data", "/data/runs", Duration.ZERO, "k:1");
        assertThatThrownBy(() -> launcher(without).launch(worker("tales", 1)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("mtj.training.kubernetes.image is not set");
    }

    @Test
    void namesThatAreNoLabelsBecomeSomeThatAreAndStayApart() {
        assertThat(JobName.ofWorker("tales", 3)).isEqualTo("mtj-tales-3");
        assertThat(JobName.ofRun("tales_v1.0"))
                .matches("tales-v1-0-[0-9a-f]{8}")
                .isNotEqualTo(JobName.ofRun("tales.v1_0"));
        assertThat(JobName.ofWorker("x".repeat(63), 100_000).length()).isLessThan(60);
    }

    private KubernetesLauncher launcher(ClusterOptions options) {
        return new KubernetesLauncher(client, NAMESPACE, options, true);
    }

    private static ClusterOptions options(Volume volume) {
        return new ClusterOptions(
                Optional.of("registry/training-service:1"),
                "trainer",
                4,
                "32Gi",
                Optional.of(volume),
                "/data",
                "/data/runs",
                Duration.ofMinutes(5),
                "kafka:9092");
    }

    private static Assignment worker(String run, int attempt) {
        return new Assignment(
                run, attempt, "kubernetes", new State.Starting(Instant.EPOCH), JsonObject.of(configuration(run)));
    }

    private static ObjectNode configuration(String run) {
        var json = JsonNodeFactory.instance.objectNode().put("name", run);
        json.putObject("model").put("config", "/data/models/tales/config.json");
        json.put("tokenizer", "/data/models/tales");
        json.putObject("data").put("train", "/data/tales");
        json.put("batch", 8).put("sequence", 128).put("steps", 1000);
        json.putObject("learning_rate").put("peak", 0.001);
        json.putObject("launch")
                .put("on", "kubernetes")
                .put("accelerator", "tpu-v5-lite-podslice")
                .put("topology", "2x4")
                .put("hosts", 2);
        return json;
    }

    /** @param code that its container ended with, or null while it runs */
    private static Pod pod(int index, Integer code, String message) {
        var status = new PodBuilder()
                .withNewMetadata()
                .withName(JOB + "-" + index)
                .addToLabels(WorkerManifests.RUN_LABEL, "tales")
                .addToLabels(WorkerManifests.ATTEMPT_LABEL, "2")
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("worker");
        return code == null
                ? status.withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build()
                : status.withNewState()
                        .withNewTerminated()
                        .withExitCode(code)
                        .withMessage(message)
                        .endTerminated()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build();
    }

    private void create(Pod pod) {
        client.resource(pod).inNamespace(NAMESPACE).create();
    }

    private void replace(Pod pod) {
        client.resource(pod).inNamespace(NAMESPACE).delete();
        create(pod);
    }

    /** What the API server itself adds is no part of a manifest. */
    private static void golden(String name, HasMetadata resource) throws IOException {
        var metadata = resource.getMetadata();
        metadata.setUid(null);
        metadata.setResourceVersion(null);
        metadata.setCreationTimestamp(null);
        metadata.setGeneration(null);
        metadata.setNamespace(null);
        metadata.getOwnerReferences().forEach(owner -> owner.setUid("UID"));
        var yaml = Serialization.asYaml(resource);
        var expected = Files.readString(GOLDEN.resolve(name));
        assertThat(Serialization.unmarshal(yaml, JsonNode.class))
                .as(yaml)
                .isEqualTo(Serialization.unmarshal(expected, JsonNode.class));
    }
}
