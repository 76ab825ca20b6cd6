package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.evaluation.task.TaskException;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.evaluation.task.TaskListing;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.suite.EvaluationFolders;
import java.util.List;

/** Tasks as a suite with these folders would have them, in the gateway's JSON, with one more field: {@code files}. */
public record LocalTasks(EvaluationFolders folders) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * All, by name.
     *
     * @throws LauncherException if a definition of the user's is wrong, or documents that are there can't be read
     */
    public List<JsonNode> list() {
        try {
            return new TaskLibrary(folders.tasks())
                    .list(folders.data()).stream().map(LocalTasks::json).toList();
        } catch (TaskException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private static JsonNode json(TaskListing task) {
        var json = JSON.createObjectNode()
                .put("name", task.name())
                .put("version", task.version())
                .put("kind", task.kind())
                .put("hash", task.hash());
        task.metrics().forEach(json.putArray("metrics")::add);
        task.data().ifPresent(data -> json.put("data", data));
        task.documents().ifPresent(documents -> json.put("documents", documents));
        json.put("excerpt", task.excerpt()).put("source", task.source()).put("licence", task.licence());
        task.files().forEach(json.putArray("files")::add);
        return json;
    }
}
