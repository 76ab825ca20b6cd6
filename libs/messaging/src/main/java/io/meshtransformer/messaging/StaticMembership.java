package io.meshtransformer.messaging;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;

/**
 * Gives each channel's consumer a lasting name in its group, so that a worker that is started again takes its partitions
 * back at once. Only where {@code mtj.instance} is set: two processes with one name would throw each other out.
 */
@ApplicationScoped
public class StaticMembership implements ClientCustomizer<Map<String, Object>> {
    private final InstanceName instance;

    public StaticMembership(InstanceName instance) {
        this.instance = instance;
    }

    @Override
    public Map<String, Object> customize(String channel, Config channelConfig, Map<String, Object> settings) {
        if (settings.containsKey(ConsumerConfig.GROUP_ID_CONFIG)) {
            // Two channels of one service may be in one group, and need a name each.
            instance.lasting()
                    .ifPresent(name ->
                            settings.putIfAbsent(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name + "-" + channel));
        }
        return settings;
    }
}
