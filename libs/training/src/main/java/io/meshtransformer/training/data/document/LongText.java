package io.meshtransformer.training.data.document;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into pieces that can be encoded one by one with the ids of the whole, as {@link DelimitedPieces} cuts
 * bytes: merging takes memory that grows with the length of a stretch without white space.
 */
final class LongText {
    private LongText() {}

    /** @param most UTF-16 code units of a piece */
    static List<String> pieces(String text, int most) {
        var pieces = new ArrayList<String>();
        var begin = 0;
        while (text.length() - begin > most) {
            var place = cut(text, begin, begin + most);
            pieces.add(text.substring(begin, place));
            begin = place;
        }
        pieces.add(text.substring(begin));
        return pieces;
    }

    private static int cut(String text, int begin, int limit) {
        for (var place = limit - 1; place > begin; place--) {
            if (text.charAt(place) == ' ' && visible(text.charAt(place - 1)) && visible(text.charAt(place + 1))) {
                return place;
            }
        }
        return Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
    }

    /** The same as in bytes. */
    private static boolean visible(char character) {
        return character > ' ' && character < 0x7F;
    }
}
