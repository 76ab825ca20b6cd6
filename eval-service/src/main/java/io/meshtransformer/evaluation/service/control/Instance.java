package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.messaging.InstanceName;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Who this is, among all instances that work on the same evaluations. */
@Singleton
public final class Instance {
    private final Optional<String> lasting;
    private final String owner;

    Instance(InstanceName name) {
        this.lasting = name.lasting();
        this.owner = lasting.orElseGet(() -> name.value() + "-" + UUID.randomUUID());
    }

    /** Whose leases are this one's. Where it has a lasting name, they are those of the process before this one too. */
    public String owner() {
        return owner;
    }

    /** The name where an operator chose it. */
    public Optional<String> lasting() {
        return lasting;
    }
}
