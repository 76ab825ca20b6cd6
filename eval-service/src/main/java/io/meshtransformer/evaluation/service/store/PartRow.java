package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.EvaluationProtocol;

/**
 * A task under a protocol.
 *
 * @param evaluation its id
 * @param taskHash of the definition, when the evaluation was made
 * @param dataHash of the documents' file, then
 * @param fewShot examples before each document
 * @param documents to be judged: the first so many of the task
 */
public record PartRow(
        long id,
        long evaluation,
        String task,
        String version,
        String taskHash,
        String dataHash,
        boolean excerpt,
        EvaluationProtocol protocol,
        int fewShot,
        int documents) {}
