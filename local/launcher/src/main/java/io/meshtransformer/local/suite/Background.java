package io.meshtransformer.local.suite;

import io.meshtransformer.local.LauncherException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Work beside the caller's, each on a thread of its own with a name. */
final class Background {
    private Background() {}

    static CompletableFuture<Void> run(String name, Runnable work) {
        return CompletableFuture.runAsync(
                work, task -> Thread.ofPlatform().name(name).daemon().start(task));
    }

    /** Waits for the end; a {@link LauncherException} of the work is thrown as it is. */
    static void await(CompletableFuture<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LauncherException known) {
                throw known;
            }
            throw new CompletionException(e.getCause());
        }
    }
}
