package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.metric.MetricDefinition;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.PreparedDocument;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A task whose documents are at hand. It may be used by several threads. */
public interface Task {
    String name();

    /** Of the definition, as its author counts. */
    String version();

    /** SHA-256 (hexadecimal) of the definition. */
    String hash();

    /** {@code multiple_choice}, {@code loglikelihood}, {@code loglikelihood_rolling} or {@code generate_until}. */
    String kind();

    /** In the order of the definition. */
    List<MetricDefinition> metrics();

    /** Examples before each document where nobody says otherwise. */
    int fewShot();

    /** Number of documents. */
    int documents();

    /** SHA-256 (hexadecimal) of the documents' file. */
    String dataHash();

    /** Whether the documents are the excerpt that comes with the software. */
    boolean excerpt();

    /**
     * Looks whether there are as many examples as shall stand before each document.
     *
     * @throws TaskException.DataUnavailable if there are none, or fewer; it says how many there are
     */
    void requireExamples(FewShot fewShot);

    /**
     * Documents as a model is asked them, read and made while the stream is: bounded memory whatever their number.
     *
     * @param from index of the first
     * @param to index after the last, at most {@link #documents()}
     * @throws TaskException while the stream is read, where a document is malformed; it names the file and the line
     */
    Stream<PreparedDocument> prepare(Protocol protocol, ReadingModel model, FewShot fewShot, int from, int to);

    /** A document's fields, for people. */
    Map<String, Object> fields(int index);

    /**
     * @param examples before each document
     * @param seed of their sampler
     */
    record FewShot(int examples, long seed) {}
}
