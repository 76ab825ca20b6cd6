package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.TaskDescription;
import io.meshtransformer.evaluation.task.Task;
import io.meshtransformer.evaluation.task.TaskException;
import java.util.List;

/** The tasks there are. For any thread. */
public interface Tasks {
    /** @throws TaskException if there is none of that name, or it or its documents can't be read */
    Task named(String name);

    /** All, by name; what of them can't be read has no documents. */
    List<TaskDescription> all();
}
