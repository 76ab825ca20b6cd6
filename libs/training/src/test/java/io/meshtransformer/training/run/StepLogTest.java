package io.meshtransformer.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.training.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepLogTest {
    @TempDir
    private Path folder;

    @Test
    void dropsWhatComesAgainAndWhatWasCutOff() throws IOException {
        var file = folder.resolve("steps.jsonl");
        try (var log = StepLog.open(file, 0)) {
            log.on(step(1));
            log.on(new RunEvent.ValidationCompleted(1, "tales", 2.5, 10));
            log.on(step(2));
            log.on(step(3));
        }
        Files.writeString(file, "{\"step\":4,\"lo", StandardOpenOption.APPEND);
        try (var log = StepLog.open(file, 2)) {
            log.on(step(3));
        }
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("{\"step\":1,\"loss\":4.0"),
                        line -> assertThat(line)
                                .isEqualTo("{\"step\":1,\"set\":\"tales\",\"validation_loss\":2.5,\"tokens\":10}"),
                        line -> assertThat(line).startsWith("{\"step\":2,").contains("\"mfu\":0.5"),
                        line -> assertThat(line).startsWith("{\"step\":3,").doesNotContain("noise_scale"));
    }

    private static RunEvent step(long step) {
        var result = new StepResult(step, 0.1, 4, 4, 0, 4, 0.25, 1, 1);
        return new RunEvent.StepCompleted(new StepRecord(
                result, step * 10, 0.1, 2, 5, OptionalDouble.of(0.5), OptionalDouble.of(0.6), OptionalDouble.empty()));
    }
}
