package io.meshtransformer.gptj.engine;

/**
 * Work for one sequence in one step.
 *
 * @param slot the sequence
 * @param ids tokens to append, at least one
 * @param firstLogit index in {@code ids} from which on logits are wanted: 0 for all, {@code ids.length - 1} for the last alone, {@code ids.length} for none
 * @param generated whether this is the one id that was drawn from the sequence's last logits; otherwise a part of a prompt, or of a text that is scored
 */
public record Chunk(int slot, int[] ids, int firstLogit, boolean generated) {
    public Chunk {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a chunk for slot " + slot + " has no ids");
        }
        if (firstLogit < 0 || firstLogit > ids.length) {
            throw new IllegalArgumentException("firstLogit is " + firstLogit + ", it must be from 0 to " + ids.length);
        }
        if (generated && ids.length != 1) {
            throw new IllegalArgumentException(
                    "a chunk for slot " + slot + " has " + ids.length + " generated ids, there is 1 at a time");
        }
    }

    /** A part of a prompt. */
    public Chunk(int slot, int[] ids, int firstLogit) {
        this(slot, ids, firstLogit, false);
    }

    /** The next token of a sequence that is generated, and the logits after it. */
    public static Chunk generated(int slot, int id) {
        return new Chunk(slot, new int[] {id}, 0, true);
    }

    public static Chunk withoutLogits(int slot, int... ids) {
        return new Chunk(slot, ids, ids.length);
    }

    public static Chunk withLastLogits(int slot, int... ids) {
        return new Chunk(slot, ids, ids.length - 1);
    }

    public static Chunk withAllLogits(int slot, int... ids) {
        return new Chunk(slot, ids, 0);
    }

    public int logitRows() {
        return ids.length - firstLogit;
    }
}
