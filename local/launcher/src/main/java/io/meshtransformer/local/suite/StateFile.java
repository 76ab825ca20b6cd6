package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The file that tells other commands, and the next launcher, what runs. One launcher writes, anybody reads. */
public final class StateFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path file;

    public StateFile(Path file) {
        this.file = requireNonNull(file, "file is null");
    }

    /**
     * What the file says; nothing where there is no file.
     *
     * @throws LauncherException if it can't be read or is no state
     */
    public Optional<SuiteState> read() {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), SuiteState.class));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new LauncherException(
                    "%s is damaged (%s): delete it if no suite runs".formatted(file, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new LauncherException(file + " can't be read: " + e, e);
        }
    }

    /** Replaces the file in one step, so that no reader sees half of it. */
    public void write(SuiteState state) {
        try {
            DurableFiles.replace(file, JSON.writeValueAsBytes(state));
        } catch (IOException e) {
            throw new LauncherException(file + " can't be written: " + e, e);
        }
    }
}
