package io.meshtransformer.tokenizer;

import java.util.List;

/** Ids that a tokenizer puts before and after a text when it is asked to add special tokens; GPT-2's has none. */
record Template(List<Integer> before, List<Integer> after) {
    static final Template NONE = new Template(List.of(), List.of());

    Template {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    int[] around(int[] ids) {
        var result = new int[before.size() + ids.length + after.size()];
        var place = 0;
        for (var id : before) {
            result[place++] = id;
        }
        System.arraycopy(ids, 0, result, place, ids.length);
        place += ids.length;
        for (var id : after) {
            result[place++] = id;
        }
        return result;
    }
}
