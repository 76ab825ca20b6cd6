package io.meshtransformer.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The readers that this service needs to be of use. */
@ApplicationScoped
public class Readers {
    private final List<PartitionReader> needed = new CopyOnWriteArrayList<>();

    void add(PartitionReader reader) {
        needed.add(reader);
    }

    List<PartitionReader> needed() {
        return needed;
    }
}
