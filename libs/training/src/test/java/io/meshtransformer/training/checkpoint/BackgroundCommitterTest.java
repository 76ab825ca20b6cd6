package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundCommitterTest {
    @TempDir
    private Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    void theRunGoesOnWhileACommitIsOnItsWayAndASecondIsRefused() throws IOException {
        try (var store = store();
                var committer = new BackgroundCommitter(store, listener())) {
            var first = NumberedState.of(1);
            var gate = new CountDownLatch(1);
            assertThat(committer.offer(() -> new GatedState(first, gate), NumberedState.info(1)))
                    .isTrue();
            assertThat(committer.offer(
                            () -> {
                                throw new AssertionError("a snapshot is taken though it would not be committed");
                            },
                            NumberedState.info(2)))
                    .isFalse();
            assertThat(heard).isEmpty();
            gate.countDown();
            committer.put(() -> NumberedState.of(3), NumberedState.info(3));
            committer.await();
            assertThat(heard).containsExactly("committed 1", "committed 3");
            assertThat(first.closed).isTrue();
        }
    }

    @Test
    void aFailureIsToldAndTheNextCommitIsTried() throws IOException {
        try (var store = store()) {
            try (var committer = new BackgroundCommitter(store, listener())) {
                committer.put(() -> NumberedState.of(1), NumberedState.info(1));
                var failing = NumberedState.of(2);
                committer.put(() -> new FailingState(failing, 5), NumberedState.info(2));
                committer.await();
                assertThat(failing.closed).isTrue();
                assertThat(store.latest().orElseThrow().step()).isEqualTo(1);
                assertThatThrownBy(() -> committer.offer(
                                () -> {
                                    throw new IllegalStateException("no snapshot");
                                },
                                NumberedState.info(3)))
                        .hasMessage("no snapshot");
                committer.put(() -> NumberedState.of(4), NumberedState.info(4));
            }
            assertThat(heard).containsExactly("committed 1", "failed 2: the devices are gone", "committed 4");
        }
    }

    private CheckpointStore store() throws IOException {
        return CheckpointStore.open(folder, RetentionRule.DEFAULT, InstantSource.system());
    }

    private CommitListener listener() {
        return new CommitListener() {
            @Override
            public void committed(CommittedCheckpoint checkpoint, Duration took) {
                heard.add("committed " + checkpoint.step());
            }

            @Override
            public void failed(long step, Throwable reason) {
                heard.add("failed " + step + ": " + reason.getMessage());
            }
        };
    }

    /** Reading waits, as it does for what is still on a device. */
    private record GatedState(TrainingState state, CountDownLatch gate) implements TrainingState {
        @Override
        public long step() {
            return state.step();
        }

        @Override
        public SequencedMap<StateTensor, Shape> tensors() {
            return state.tensors();
        }

        @Override
        public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            state.read(tensor, offset, values, from, count);
        }

        @Override
        public void close() throws IOException {
            state.close();
        }
    }
}
