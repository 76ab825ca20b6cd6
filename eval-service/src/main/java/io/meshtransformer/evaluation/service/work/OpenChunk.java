package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.service.store.ChunkStore.Claim;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.IdentityStore.Source;
import java.util.List;

/**
 * A claimed chunk as it is asked.
 *
 * @param source what must answer
 * @param documents that are not judged yet
 */
record OpenChunk(EvaluationRow evaluation, Claim claim, Source source, List<OpenDocument> documents) {}
