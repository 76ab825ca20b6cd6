package io.meshtransformer.messaging;

import java.util.HashMap;
import java.util.Map;

/** The partitions of the answers topic that are read at present, each once; another gateway's as long as it is wanted. */
final class AnswerTails {
    private static final class Use {
        private final AnswerTail tail;
        private int count;

        private Use(AnswerTail tail) {
            this.tail = tail;
        }
    }

    private final KafkaSettings settings;
    private final Map<Integer, Use> uses = new HashMap<>();

    AnswerTails(KafkaSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns when nothing that is answered from now on can be missed; to be left later.
     *
     * @throws MessagingException if the broker doesn't answer
     */
    AnswerTail enter(int partition) {
        AnswerTail tail;
        synchronized (uses) {
            var use = uses.computeIfAbsent(partition, _ -> new Use(AnswerTail.start(settings, partition)));
            use.count++;
            tail = use.tail;
        }
        try {
            tail.reader().awaitReady();
            return tail;
        } catch (MessagingException e) {
            leave(partition);
            throw e;
        }
    }

    void leave(int partition) {
        synchronized (uses) {
            var use = uses.get(partition);
            use.count--;
            if (use.count == 0) {
                uses.remove(partition);
                use.tail.reader().stop();
            }
        }
    }

    void close() {
        synchronized (uses) {
            uses.values().forEach(use -> use.tail.reader().stop());
            uses.values().forEach(use -> use.tail.reader().close());
        }
    }
}
