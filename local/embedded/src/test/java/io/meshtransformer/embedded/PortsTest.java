package io.meshtransformer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void freePortsAreDifferentAndFreeAndNotForConnectionsGoingOut() {
        var ports = Ports.free(20);

        assertThat(ports).doesNotHaveDuplicates().hasSize(20).allSatisfy(port -> {
            assertThat(Ports.isFree(port)).isTrue();
            assertThat(port).isLessThan(32_768);
        });
    }

    @Test
    void aTakenPortIsNotFreeAndAccepts() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            port = socket.getLocalPort();

            assertThat(Ports.isFree(port)).isFalse();
            assertThat(Ports.accepts(port)).isTrue();
            assertThatThrownBy(() -> Ports.requireFree(port, "the broker"))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining("the broker")
                    .hasMessageContaining(":" + port)
                    .hasMessageContaining("taken");
        }
        assertThat(Ports.accepts(port)).isFalse();
    }

    @Test
    void aPortOfAllAddressesIsTakenToo() throws Exception {
        try (var socket = new ServerSocket(0)) {
            assertThat(Ports.isFree(socket.getLocalPort())).isFalse();
        }
    }
}
