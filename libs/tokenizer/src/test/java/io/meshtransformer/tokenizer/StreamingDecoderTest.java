package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void chunksAreThoseOfPythonsIncrementalDecoder() {
        var sequences = Golden.json("streaming_decode.json").get("sequences");
        assertThat(sequences).hasSize(124);
        for (var sequence : sequences) {
            var decoder = new StreamingDecoder(gpt2);
            var ids = Golden.ids(sequence.get("ids"));
            var chunks = new ArrayList<String>();
            for (var i = 0; i < ids.length; i++) {
                assertThat(HexFormat.of().formatHex(gpt2.bytes(ids[i])))
                        .isEqualTo(sequence.get("bytes_hex").get(i).textValue());
                chunks.add(decoder.accept(ids[i]));
            }
            var expected = new ArrayList<String>();
            sequence.get("chunks").forEach(chunk -> expected.add(chunk.textValue()));
            assertThat(chunks).as("chunks of %s", sequence.get("name")).isEqualTo(expected);
            assertThat(decoder.flush()).isEqualTo(sequence.get("final_flush").textValue());
            assertThat(gpt2.decode(ids)).isEqualTo(sequence.get("text").textValue());
        }
    }

    @Test
    void randomIdsStreamToTheTextOfAllOfThem() {
        var random = new Random(20_240_817);
        for (var round = 0; round < 500; round++) {
            // Half of the ids are single bytes, so that characters break in every way; some are beyond the vocabulary.
            var ids = random.ints(random.nextInt(60), -2, 100_800)
                    .map(id -> id > 50_400 ? id % 256 : id)
                    .toArray();
            var decoder = new StreamingDecoder(gpt2);
            var streamed = new StringBuilder();
            for (var id : ids) {
                var chunk = decoder.accept(id);
                IllFormedTextException.check(chunk);
                streamed.append(chunk);
            }
            assertThat(streamed + decoder.flush()).isEqualTo(gpt2.decode(ids));
        }
    }

    @Test
    void aFlushedDecoderBeginsAnew() {
        var decoder = new StreamingDecoder(gpt2);
        var halfOfAnEmoji = gpt2.encode("🙂")[0];
        assertThat(decoder.accept(halfOfAnEmoji)).isEmpty();
        assertThat(decoder.flush()).isEqualTo("\uFFFD");
        assertThat(decoder.accept(64)).isEqualTo("a");
        assertThat(decoder.flush()).isEmpty();
    }

    @Test
    void idsBeyondTheVocabularyHaveNoText() {
        var decoder = new StreamingDecoder(gpt2);
        for (var id : new int[] {50_257, 50_399, 1_000_000, -1, Integer.MIN_VALUE}) {
            assertThat(decoder.accept(id)).isEmpty();
            assertThat(gpt2.bytes(id)).isEmpty();
            assertThat(gpt2.piece(id)).isEmpty();
            assertThat(gpt2.knows(id)).isFalse();
        }
        assertThat(gpt2.decode(new int[] {15496, 50_300, 995})).isEqualTo("Hello world");
    }
}
