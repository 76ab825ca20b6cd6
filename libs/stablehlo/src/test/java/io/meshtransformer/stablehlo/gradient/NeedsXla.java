package io.meshtransformer.stablehlo.gradient;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.opentest4j.TestAbortedException;

/** Skips a property where {@link Xla} cannot be had; jqwik would take aborted tries for a failure. */
final class NeedsXla implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        try {
            Xla.client();
            return SkipResult.doNotSkip();
        } catch (TestAbortedException unavailable) {
            return SkipResult.skip(unavailable.getMessage());
        }
    }
}
