package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.inference.scheduler.SequenceFamily;
import io.meshtransformer.inference.scheduler.StepPlan;
import io.meshtransformer.inference.scheduler.Task;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Continues a prompt. The prompt is read once; its last logits give every choice its first token; from then on each
 * choice is a sequence of its own that shares the prompt's KV memory.
 */
final class Generation implements Task {

    private final String requestId;
    private final int[] prompt;
    private final int promptToRead;
    private final int maxTokens;
    private final int vocabularySize;
    private final SequenceFamily sequences;
    private final PromptEcho echo;
    private final List<Choice> choices;
    private int promptRead;
    private boolean done;

    /** @param echo null where none is asked for */
    Generation(
            String requestId,
            int[] prompt,
            int maxTokens,
            int vocabularySize,
            SequenceFamily sequences,
            PromptEcho echo,
            List<Choice> choices) {
        this.requestId = requestId;
        this.prompt = prompt;
        this.maxTokens = maxTokens;
        this.vocabularySize = vocabularySize;
        this.sequences = sequences;
        this.echo = echo;
        this.choices = choices;
        // Without generation only those tokens are read whose logits are reported.
        promptToRead = maxTokens > 0 ? prompt.length : echoesLogits() ? prompt.length - 1 : 0;
    }

    @Override
    public boolean admit(Consumer<AnswerEvent> events) {
        if (promptToRead > 0 && !sequences.open()) {
            return false;
        }
        if (echo != null && !echo.needsLogits()) {
            echo.emit(prompt.length, events);
        }
        return true;
    }

    @Override
    public boolean widen() {
        return maxTokens <= 1 || sequences.hold(waitingForSlot(), maxTokens - 1);
    }

    @Override
    public void decode(StepPlan plan) {
        if (promptRead < prompt.length) {
            return;
        }
        for (var choice : choices) {
            if (!choice.finished() && (choice.hasSlot() || begin(choice))) {
                plan.add(
                        Chunk.generated(choice.slot(), choice.lastToken()),
                        (_, logits, offset) -> choice.draw(LogSoftmax.of(logits, offset, vocabularySize)));
            }
        }
    }

    private boolean begin(Choice choice) {
        var slot = sequences.branch(maxTokens - 1);
        if (slot < 0) {
            return false;
        }
        choice.takeSlot(slot);
        return true;
    }

    @Override
    public int prefillDemand() {
        return promptToRead - promptRead;
    }

    @Override
    public void prefill(StepPlan plan, int tokens) {
        var from = promptRead;
        var to = from + tokens;
        if (echoesLogits()) {
            to = Math.min(to, from + plan.rowsLeft());
        } else if (to == prompt.length && plan.rowsLeft() == 0) {
            to--;
        }
        if (to == from) {
            return;
        }
        promptRead = to;
        var ids = Arrays.copyOfRange(prompt, from, to);
        var firstLogit = echoesLogits() ? 0 : to == prompt.length ? ids.length - 1 : ids.length;
        plan.add(
                new Chunk(sequences.prefixSlot(), ids, firstLogit),
                (row, logits, offset) -> read(from + firstLogit + row, LogSoftmax.of(logits, offset, vocabularySize)));
    }

    /** @param token after which the row's logits stand */
    private void read(int token, LogSoftmax row) {
        if (token + 1 < prompt.length) {
            echo.read(token + 1, row);
        } else {
            choices.forEach(choice -> choice.draw(row));
        }
    }

    @Override
    public void advance(Consumer<AnswerEvent> events) {
        if (echoesLogits() && (promptRead > 0 || promptToRead == 0)) {
            echo.emit(Math.min(promptRead + 1, prompt.length), events);
        }
        if (promptRead < promptToRead) {
            return;
        }
        for (var choice : choices) {
            if (!choice.finished()) {
                advance(choice, events);
            }
        }
        if (choices.stream().allMatch(Choice::finished)) {
            var tokens = choices.stream().mapToInt(Choice::tokens).sum();
            events.accept(new AnswerEvent.GenerationCompleted(requestId, new Usage(prompt.length, tokens)));
            done = true;
        }
    }

    private void advance(Choice choice, Consumer<AnswerEvent> events) {
        if (maxTokens == 0) {
            choice.finishEmpty(events);
            return;
        }
        choice.advance(events);
        if (choice.finished() && choice.hasSlot()) {
            sequences.end(choice.leaveSlot(), waitingForSlot() > 0);
        }
    }

    private boolean echoesLogits() {
        return echo != null && echo.needsLogits();
    }

    private int waitingForSlot() {
        return (int) choices.stream()
                .filter(choice -> !choice.finished() && !choice.hasSlot())
                .count();
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public void close() {
        sequences.close();
    }
}
