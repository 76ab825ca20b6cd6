package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaticMembershipTest {
    @Test
    void eachChannelOfANamedInstanceIsAMemberOfItsOwn() {
        var membership =
                new StaticMembership(new InstanceName(Optional.of("inference-service-0"), "inference-service"));

        assertThat(customized(membership, "batch", Map.of("group.id", "inference-service")))
                .containsEntry("group.instance.id", "inference-service-0-batch");
        assertThat(customized(membership, "interactive", Map.of("group.id", "inference-service")))
                .containsEntry("group.instance.id", "inference-service-0-interactive");
    }

    @Test
    void anInstanceWithoutANameIsNoLastingMember() {
        var membership = new StaticMembership(new InstanceName(Optional.empty(), "inference-service"));

        assertThat(customized(membership, "batch", Map.of("group.id", "g"))).doesNotContainKey("group.instance.id");
    }

    @Test
    void whatTheServiceSetItselfStays() {
        var membership = new StaticMembership(new InstanceName(Optional.of("a"), "b"));

        assertThat(customized(membership, "batch", Map.of("group.id", "g", "group.instance.id", "mine")))
                .containsEntry("group.instance.id", "mine");
        assertThat(customized(membership, "producer", Map.of())).isEmpty();
    }

    @Test
    void withoutANameTheSourceTellsTheApplicationAndTheProcess() {
        assertThat(new InstanceName(Optional.empty(), "gateway").source())
                .isEqualTo("/gateway-" + ProcessHandle.current().pid());
        assertThat(new InstanceName(Optional.of("gateway-3"), "gateway").source())
                .isEqualTo("/gateway-3");
    }

    private static Map<String, Object> customized(
            StaticMembership membership, String channel, Map<String, Object> settings) {
        return membership.customize(channel, null, new HashMap<>(settings));
    }
}
