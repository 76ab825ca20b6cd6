package io.meshtransformer.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshtransformer.local.LauncherException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void freePortsAreDifferentAndFree() {
        var ports = Ports.free(20);

        assertThat(ports).doesNotHaveDuplicates().hasSize(20);
        assertThat(ports).allSatisfy(port -> assertThatCode(() -> Ports.requireFree(port))
                .doesNotThrowAnyException());
        assertThat(ports).as("not for connections going out").allSatisfy(port -> assertThat(port)
                .isLessThan(32_768));
    }

    @Test
    void aTakenPortIsRefusedWithItsNumber() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            var port = socket.getLocalPort();

            assertThat(Ports.accepts(port)).isTrue();
            assertThatThrownBy(() -> Ports.requireFree(port))
                    .isInstanceOf(LauncherException.class)
                    .hasMessageContaining("port " + port + " is taken by ")
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void theOwnerOfATakenPortIsNamed() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "only Linux tells who owns a port");
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            assertThatThrownBy(() -> Ports.requireFree(socket.getLocalPort()))
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("java");
        }
    }

    @Test
    void aPortOfAllAddressesIsTakenToo() throws Exception {
        try (var socket = new ServerSocket(0)) {
            assertThat(Ports.isFree(socket.getLocalPort())).isFalse();
        }
    }
}
