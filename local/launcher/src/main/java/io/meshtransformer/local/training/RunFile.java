package io.meshtransformer.local.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.run.InvalidConfigurationException;
import io.meshtransformer.training.run.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A run's configuration as a file of YAML, of which JSON is a part. */
public final class RunFile {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build());

    private RunFile() {}

    /**
     * @param folder against which relative paths go
     * @throws InvalidConfigurationException with all that is wrong
     * @throws LauncherException if the file cannot be read
     */
    public static RunConfiguration read(Path file, Path folder) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidConfigurationException(List.of(
                    Files.exists(file)
                            ? "it is no file"
                            : "there is no such file in "
                                    + folder.toAbsolutePath().normalize()));
        }
        try {
            return RunConfiguration.parse(YAML.readTree(file.toFile()), folder);
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new InvalidConfigurationException(List.of("it is not YAML%s: %s"
                    .formatted(place == null ? "" : " (line " + place.getLineNr() + ")", firstLine(e))));
        } catch (IOException e) {
            throw new LauncherException("%s can't be read: %s".formatted(file, e), e);
        }
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
