package io.meshtransformer.training.service.launch;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What all workers in a cluster have in common.
 *
 * @param image of this service
 * @param chipsPerHost TPU chips of one node
 * @param memory that each pod asks for, such as {@code 32Gi}
 * @param mountPath where the volume is
 * @param runs folder of the runs, in the volume
 * @param terminationGrace from SIGTERM to SIGKILL, for a commit
 * @param bootstrapServers of Kafka, as pods reach them
 */
public record ClusterOptions(
        Optional<String> image,
        String serviceAccount,
        int chipsPerHost,
        String memory,
        Optional<Volume> volume,
        String mountPath,
        String runs,
        Duration terminationGrace,
        String bootstrapServers) {
    /** Where models, data and runs lie. */
    public sealed interface Volume {
        /** A claim that every host can mount. */
        record Claim(String name) implements Volume {}

        /** A bucket of Cloud Storage, mounted by GCS FUSE. */
        record Bucket(String name) implements Volume {}
    }

    public ClusterOptions {
        requireNonNull(image, "image is null");
        requireNonNull(volume, "volume is null");
        requireNonNull(bootstrapServers, "bootstrapServers is null");
    }
}
