package io.meshtransformer.local.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortOwnerTest {
    @Test
    void aTakenPortIsRefusedWithItsNumber() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            var port = socket.getLocalPort();

            assertThatThrownBy(() -> PortOwner.requireFree(port))
                    .isInstanceOf(LauncherException.class)
                    .hasMessageContaining("port " + port + " is taken by ")
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void theOwnerOfATakenPortIsNamed() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "only Linux tells who owns a port");
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            assertThatThrownBy(() -> PortOwner.requireFree(socket.getLocalPort()))
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("java");
        }
    }
}
