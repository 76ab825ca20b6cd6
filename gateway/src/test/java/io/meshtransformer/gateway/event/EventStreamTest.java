package io.meshtransformer.gateway.event;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.messaging.LogPlace;
import io.meshtransformer.messaging.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The past from a log of a subject's events, one for each offset; the present from the queue. */
class EventStreamTest {
    private static final int PARTITION = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final EventQueue queue = new EventQueue(2);
    private final List<Long> readFrom = new ArrayList<>();
    private final Deque<Long> logEnds = new ArrayDeque<>();

    @Test
    void whoeverGoesOnAfterAPlaceGetsWhatFollowsItOnce() throws Exception {
        logEnds.add(7L);
        // Heard while the past is read, which goes on a little further than to where the queue begins.
        queue.put(shown(6));
        queue.put(shown(7));

        assertThat(following(3, 4)).containsExactly("2.4", "2.5", "2.6", "2.7");
        assertThat(readFrom).containsExactly(4L);
    }

    @Test
    void whoFellBehindGetsFromTheLogWhatTheQueueDidNotKeep() throws Exception {
        logEnds.addAll(List.of(1L, 5L));
        for (long offset = 1; offset <= 4; offset++) {
            queue.put(shown(offset));
        }

        assertThat(following(0, 4)).containsExactly("2.1", "2.2", "2.3", "2.4");
        assertThat(readFrom).containsExactly(1L, 3L);
    }

    @Test
    void aStreamOfSeveralSubjectsEndsWhereItFellBehind() throws Exception {
        for (long offset = 1; offset <= 4; offset++) {
            queue.put(shown(offset));
        }

        stream().ofSeveral();

        assertThat(text().lines().filter(line -> line.startsWith("data:"))).hasSize(2);
        assertThat(ids()).isEmpty();
        assertThat(readFrom).isEmpty();
    }

    @Test
    void aLogThatCannotBeReadEndsTheStream() throws Exception {
        new EventStream(queue, (_, _, _, _) -> unreadable(), Duration.ofSeconds(5), out)
                .after(new EventPlace(PARTITION, 3), "tales");

        assertThat(text()).isEqualTo(": still here\n\n");
        assertThat(queue.ended()).isTrue();
    }

    private static void unreadable() {
        throw new MessagingException("no broker answers");
    }

    /** The ids of the events after a place; when so many have come, the reader goes. */
    private List<String> following(long offset, int count) throws Exception {
        var reading = CompletableFuture.runAsync(() -> {
            try {
                stream().after(new EventPlace(PARTITION, offset), "tales");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> ids().size() >= count || reading.isDone());
        queue.end();
        reading.get();
        return ids();
    }

    private EventStream stream() {
        return new EventStream(queue, this::past, Duration.ofSeconds(5), out);
    }

    /** Events to where the log ends this time. */
    private void past(String subject, int partition, long fromOffset, EventStream.Told told) {
        assertThat(partition).isEqualTo(PARTITION);
        readFrom.add(fromOffset);
        long end = logEnds.removeFirst();
        for (long offset = fromOffset; offset < end; offset++) {
            told.event(shown(offset));
        }
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> ids() {
        return text().lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring("id: ".length()))
                .toList();
    }

    private static ShownEvent shown(long offset) {
        return new ShownEvent("heartbeat", "{}".getBytes(StandardCharsets.UTF_8), new LogPlace(PARTITION, offset, 0));
    }
}
