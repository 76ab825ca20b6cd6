package io.meshtransformer.evaluation.service.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.ContinuationScore;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.ReplyAddress;
import io.meshtransformer.testkit.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Answers what is asked on {@code inference.batch} as a model would: what it says of a context and a continuation follows
 * from their ids alone. It may answer twice, in another order, late or not at all.
 */
public final class ScriptedModel implements AutoCloseable {
    private static final int MILLION = 1_000_000;

    /** The models that it answers for, and how. */
    private final Map<String, ServedModel> models = new ConcurrentHashMap<>();

    private final AtomicInteger scored = new AtomicInteger();
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final Thread thread;
    private final Random random = new Random(7);
    private volatile boolean closed;
    private volatile boolean twice;
    private volatile boolean shuffled;
    private volatile int stopAfter = Integer.MAX_VALUE;
    private volatile FailureCode failing;
    private volatile AnswerSender worker;
    private volatile int details;
    private volatile int written;
    private final List<ConsumerRecord<String, byte[]>> kept = new ArrayList<>();

    /** Answers what is asked from now on. */
    public ScriptedModel(Broker broker) {
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new StringSerializer(),
                new ByteArraySerializer());
        var partitions = consumer.partitionsFor(Topics.BATCH.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = Thread.ofPlatform().daemon().name("scripted-model").start(this::run);
    }

    public static ServedModel stories(String weights) {
        return served("stories", weights);
    }

    public static ServedModel served(String name, String weights) {
        var modelHash = Sha256.of(weights.getBytes(UTF_8));
        return new ServedModel(
                name,
                Sha256.of((modelHash + "scripted fp32").getBytes(UTF_8)),
                modelHash,
                "scripted",
                "fp32",
                "test",
                256,
                4096);
    }

    public ScriptedModel serves(ServedModel model) {
        models.put(model.model(), model);
        return this;
    }

    public void servesNot(String model) {
        models.remove(model);
    }

    /** Every answer comes a second time. */
    public ScriptedModel answeringTwice() {
        twice = true;
        return this;
    }

    /** Answers of what is read at once come in any order. */
    public ScriptedModel inAnyOrder() {
        shuffled = true;
        return this;
    }

    /** Says nothing more after so many scores from the beginning, until it may answer more. */
    public void stopAfter(int scores) {
        stopAfter = scores;
    }

    /** Refuses every score with that, until it is null. */
    public void fail(FailureCode code) {
        failing = code;
    }

    /** Answers go the way of a real worker, which knows what a record may have. */
    public ScriptedModel answeringAs(AnswerSender sender) {
        worker = sender;
        return this;
    }

    /** Each score tells of so many tokens. */
    public void tellsOfTokens(int number) {
        details = number;
    }

    /** Each generated text has so many characters more, in tokens of a million. */
    public void writes(int characters) {
        written = characters;
    }

    /** Requests for scores that were answered so far, each time that one came. */
    public int scored() {
        return scored.get();
    }

    private void run() {
        while (!closed) {
            for (var record : consumer.poll(Duration.ofMillis(20))) {
                kept.add(record);
            }
            if (shuffled) {
                Collections.shuffle(kept, random);
            }
            kept.removeIf(this::answered);
        }
    }

    /** @return whether it is done with */
    private boolean answered(ConsumerRecord<String, byte[]> record) {
        try {
            var request = MessageCodec.read(record.value(), InferenceRequest.class);
            if (!(request instanceof InferenceRequest.Describe) && scored.get() >= stopAfter) {
                return false;
            }
            var answers = answers(request);
            send(record, answers);
            if (twice) {
                send(record, answers);
            }
            return true;
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private List<AnswerEvent> answers(InferenceRequest request) {
        var served = models.get(request.model());
        var id = request.requestId();
        if (served == null) {
            return List.of(failed(id, FailureCode.MODEL_NOT_FOUND, "'" + request.model() + "' is not served"));
        }
        return switch (request) {
            case InferenceRequest.Describe _ -> List.of(new AnswerEvent.ModelServed(id, served));
            case InferenceRequest.Score score -> List.of(score(score, served));
            case InferenceRequest.Generate generate -> generate(generate);
        };
    }

    private AnswerEvent score(InferenceRequest.Score request, ServedModel served) {
        if (request.identity() != null && !request.identity().equals(served.identity())) {
            return failed(request.requestId(), FailureCode.MODEL_CHANGED, "another identity answers");
        }
        if (failing != null) {
            return failed(request.requestId(), failing, "as the script has it");
        }
        scored.incrementAndGet();
        var scores = request.continuations().stream()
                .map(ids -> {
                    var score = score(served.modelHash(), request.contextIds().toArray(), ids.toArray());
                    return new ContinuationScore(
                            score.logprob(), Collections.nCopies(details, -0.123456789), ids, score.greedy());
                })
                .toList();
        return new AnswerEvent.ScoreCompleted(
                request.requestId(), scores, new Usage(request.contextIds().size(), 0));
    }

    /** Token by token, in records of their own. */
    private List<AnswerEvent> generate(InferenceRequest.Generate request) {
        scored.incrementAndGet();
        var id = request.requestId();
        var events = new ArrayList<AnswerEvent>();
        events.add(new AnswerEvent.TokenGenerated(
                id, 0, 0, 5, text(request.promptIds().toArray()), null));
        events.add(new AnswerEvent.TokenGenerated(id, 0, 1, 6, " and", null));
        for (var left = written; left > 0; left -= MILLION) {
            var token = "x".repeat(Math.min(left, MILLION));
            events.add(new AnswerEvent.TokenGenerated(id, 0, events.size(), 7, token, null));
        }
        var tokens = events.size();
        events.add(new AnswerEvent.ChoiceFinished(id, 0, tokens, " so on", FinishReason.LENGTH, -1));
        events.add(new AnswerEvent.GenerationCompleted(
                id, new Usage(request.promptIds().size(), tokens)));
        return events;
    }

    private static AnswerEvent failed(String id, FailureCode code, String message) {
        return new AnswerEvent.Failed(id, code, message, null);
    }

    private static String text(int[] ids) {
        return "word" + Math.floorMod(Arrays.hashCode(ids), 3);
    }

    private static ModelAnswer.ContinuationScore score(String weights, int[] context, int[] continuation) {
        var seed = 31 * (31 * Arrays.hashCode(context) + Arrays.hashCode(continuation)) + weights.hashCode();
        var drawn = new Random(seed);
        return new ModelAnswer.ContinuationScore(-0.01 - 9 * drawn.nextDouble(), drawn.nextInt(3) == 0);
    }

    /** What a model of those weights answers. */
    public static ModelAnswer answer(ServedModel served, ModelRequest request) {
        return switch (request) {
            case ModelRequest.Score score ->
                new ModelAnswer.Scores(score.continuationIds().stream()
                        .map(ids -> score(served.modelHash(), score.contextIds(), ids))
                        .toList());
            case ModelRequest.Generate generate -> new ModelAnswer.Text(text(generate.contextIds()) + " and so on");
        };
    }

    private void send(ConsumerRecord<String, byte[]> asked, List<AnswerEvent> events) {
        for (var event : events) {
            if (worker != null) {
                worker.send(address(asked), event);
                continue;
            }
            var record = new ProducerRecord<>(
                    header(asked, Headers.REPLY_TOPIC),
                    Integer.valueOf(header(asked, Headers.REPLY_PARTITION)),
                    asked.key(),
                    MessageCodec.write(new AnswerBatch(List.of(event))));
            record.headers().add(Headers.TYPE, Topics.ANSWERS.eventType().getBytes(UTF_8));
            producer.send(record);
        }
    }

    private static ReplyAddress address(ConsumerRecord<String, byte[]> asked) {
        return new ReplyAddress(
                header(asked, Headers.REPLY_TOPIC), Integer.parseInt(header(asked, Headers.REPLY_PARTITION)));
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the scripted model ends", e);
        }
        consumer.close();
        producer.close();
    }
}
