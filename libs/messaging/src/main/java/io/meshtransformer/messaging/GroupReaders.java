package io.meshtransformer.messaging;

import io.meshtransformer.contracts.Topics.TopicDefinition;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes readers of topics for this process, which keeps its lasting name in their groups if it has one. */
@ApplicationScoped
public class GroupReaders {
    private final KafkaSettings settings;
    private final InstanceName instance;

    public GroupReaders(KafkaSettings settings, InstanceName instance) {
        this.settings = settings;
        this.instance = instance;
    }

    /**
     * One that somebody has to run.
     *
     * @param atOnce records that are taken from Kafka at once: they wait here, and for nobody else
     */
    public GroupReader reader(TopicDefinition topic, String group, int atOnce, GroupReader.Handler handler) {
        var member = instance.lasting().map(name -> name + "-" + topic.name());
        return new GroupReader(topic, settings.member(group, member, atOnce), handler);
    }
}
