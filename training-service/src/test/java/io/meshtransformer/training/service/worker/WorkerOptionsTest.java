package io.meshtransformer.training.service.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerOptionsTest {
    @Test
    void aCommandLineSaysWhereTheRunIsAndWhichWorkerThisIs() {
        assertThat(WorkerOptions.parse(
                        List.of("--run", "/runs/tales", "--configuration", "/etc/mtj/c.json", "--attempt", "3")))
                .isEqualTo(new WorkerOptions(Path.of("/runs/tales"), Path.of("/etc/mtj/c.json"), 3));
    }

    @Test
    void whatIsMissingOrUnknownIsNamed() {
        assertThatThrownBy(() -> WorkerOptions.parse(List.of("--run", "/runs/tales")))
                .hasMessage("worker: --configuration is missing");
        assertThatThrownBy(() -> WorkerOptions.parse(List.of("--steps", "3")))
                .hasMessageStartingWith("worker: '--steps' is not known here");
        assertThatThrownBy(() -> WorkerOptions.parse(List.of("--run")))
                .hasMessageStartingWith("worker: '--run' is not known here");
    }
}
