package io.meshtransformer.training.service.control;

import io.meshtransformer.training.service.launch.ClusterOptions;
import io.meshtransformer.training.service.launch.ClusterOptions.Volume;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How workers run in a cluster. */
@ConfigMapping(prefix = "mtj.training.kubernetes")
public interface KubernetesConfiguration {
    /** Runs in the cluster that have workers at once. */
    @WithDefault("100")
    int maxRunning();

    /** The client's own where absent. */
    Optional<String> namespace();

    /** Of this service. Without it no run can be launched in a cluster. */
    Optional<String> image();

    /** Of workers; it must be bound to the bucket where one holds checkpoints. */
    @WithDefault("default")
    String serviceAccount();

    /** TPU chips of one node. */
    @WithDefault("4")
    int chipsPerHost();

    /** Memory that each pod asks for. */
    @WithDefault("32Gi")
    String memory();

    /** Claim of the volume with models, data and runs. Either this or a bucket. */
    Optional<String> volumeClaim();

    /** Bucket in its place, mounted by GCS FUSE. */
    Optional<String> bucket();

    /** Where the volume is mounted; paths of configurations lie in it. */
    @WithDefault("/data")
    String mountPath();

    /** Folder in the volume that has the runs. */
    @WithDefault("/data/runs")
    String runs();

    /** From SIGTERM to SIGKILL, for a commit. */
    @WithDefault("5m")
    Duration terminationGrace();

    /** Whether workers are a JobSet where the cluster knows them. */
    @WithDefault("true")
    boolean jobSets();

    default ClusterOptions options(String bootstrapServers) {
        var volume = volumeClaim().<Volume>map(Volume.Claim::new).or(() -> bucket().map(Volume.Bucket::new));
        return new ClusterOptions(
                image(),
                serviceAccount(),
                chipsPerHost(),
                memory(),
                volume,
                mountPath(),
                runs(),
                terminationGrace(),
                bootstrapServers);
    }
}
